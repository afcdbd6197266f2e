import { type Role, secret } from '#orchestrate'
import { schemasOf } from '../../../src/dsl/vars.ts'

/** Vars of a host with every option of every role said, and switched on where it is a switch. */
export const everything = {
  host: { fqdn: 'sv1.blue.example' },
  base: {
    update: true,
    repositories: ['crb', 'epel'],
    tools: ['bind-utils', 'tcpdump'],
    timezone: 'Asia/Tokyo',
    timeService: true,
  },
  logging: { journalPersistent: true, retentionDays: 90, mailFile: true },
  firewall: {
    zone: 'mail',
    exclusive: true,
    services: ['ssh', 'cockpit'],
    ports: ['8443/tcp', '60000-60010/udp'],
    localPorts: [8080],
    restoreSeconds: 60,
  },
  mariadb: { bufferPoolMegabytes: 1024, maxConnections: 500 },
  mail: {
    primaryDomain: 'blue.example',
    postmaster: 'admin@blue.example',
    domains: [
      { name: 'blue.example', quota: 1_000_000, shared: true },
      {
        name: 'red.example',
        catchall: 'bob@red.example',
        dkim: { selector: 'r1', otherSelectors: ['r0'] },
        dmarc: {
          p: 'reject',
          sp: 'quarantine',
          pct: 50,
          rua: 'reports@blue.example',
          ruf: 'failures@red.example',
          adkim: 's',
          aspf: 's',
        },
      },
      { name: 'green.example' },
      { name: 'old.example', active: false },
    ],
  },
  ipv6: { enabled: true, address: '2001:db8::25' },
  submission: { ports: [587, 465] },
  smtp: { messageSizeLimit: 20_000_000, trustedNetworks: ['192.0.2.0/24', '2001:db8:1::/48'] },
  imap: { plainListeners: true },
  pop3: { enabled: true, plainListeners: true },
  sieve: { enabled: true },
  managesieve: { public: true },
  quota: { default: 5_000_000, rejectAtRcpt: true },
  store: { root: '/var/vmail', uid: 5000, gid: 5001 },
  tls: {
    source: 'files',
    minVersion: '1.3',
    ciphers: 'compatible',
    clientNames: [
      { name: 'sv1.blue.example', key: '/etc/pki/mail/combined.pem', chain: '/etc/pki/mail/combined.pem' },
      { name: 'mail.red.example' },
      ...['blue', 'red', 'green'].flatMap((word) => [
        { name: `mta-sts.${word}.example` },
        { name: `autoconfig.${word}.example` },
      ]),
    ],
  },
  outbound: { tls: 'dane' },
  auth: { scheme: 'SHA512-CRYPT', cost: 13, senderLoginCheck: true },
  rbl: {
    zones: [{ zone: 'bl.spamcop.net', codes: '127.0.0.2' }, { zone: 'psbl.surriel.com' }],
    spamhausDqsKey: secret('rbl/dqs'),
    allow: ['198.51.100.0/24'],
    deny: ['203.0.113.0/24', '2001:db8:bad::/48'],
  },
  postscreen: { enabled: true },
  rate: { auth: 10, message: 100, connection: 60 },
  fail2ban: { enabled: true, maxRetry: 4, findSeconds: 900, banSeconds: 86_400, allow: ['203.0.113.7/32'] },
  srs: { enabled: true, mode: 'egress', domain: 'srs.blue.example' },
  forwarding: { resign: 'srsDomain' },
  arc: { enabled: true, selector: 'arc2026', trustedSealers: ['gmail.example', 'list.example'] },
  dkim: {
    selector: 's2026',
    otherSelectors: ['s2025', 's2027'],
    selectorScheme: 'kYYYY-MM',
    rotateDays: 365,
    retireDays: 30,
    keyBits: 4096,
    canonicalization: 'relaxed/simple',
    signBounces: true,
  },
  dmarc: { enforce: true, holdQuarantine: true, reporting: 'send' },
  accounts: {
    mode: 'merge',
    mailboxes: [
      { address: 'admin@blue.example', password: secret('mail/admin'), name: 'Ada' },
      { address: 'bob@red.example', password: secret('mail/bob'), updatePassword: 'always', quota: 0 },
      { address: 'gone@red.example', password: secret('mail/bob'), active: false },
    ],
    aliases: [
      { address: 'bob@red.example', to: ['bob@red.example', 'bob@elsewhere.example'] },
      { address: 'abuse@red.example', to: ['abuse@blue.example'] },
      { address: 'sales@red.example', to: ['bob@red.example'], active: false },
    ],
    aliasDomains: [{ name: 'green.example', target: 'red.example' }],
  },
  extras: {
    mtaSts: { mode: 'enforce', maxAge: 1_209_600, mx: ['sv2.blue.example'] },
    tlsRpt: 'tls@blue.example',
    autoconfig: true,
    caa: ['letsencrypt.org', 'other-ca.example'],
    caaIodef: 'security@blue.example',
    dane: true,
  },
  webadmin: {
    enabled: true,
    version: '3.3.15',
    source: { file: '/srv/postfixadmin.tar.gz' },
    sha256: 'a'.repeat(64),
    allowFrom: ['192.0.2.0/24', '2001:db8::/32'],
    resolveDomains: false,
    admin: 'root@red.example',
  },
} as const

/** The part of it that these roles read; others would be unknown sections. */
export function everythingOf(roles: readonly Role[]): Record<string, object> {
  const read = schemasOf(roles)
  return Object.fromEntries(Object.entries(everything).filter(([section]) => read.has(section)))
}
