import { expect, test } from 'vitest'
import dovecot from '../../../roles/dovecot/index.ts'
import mailstore from '../../../roles/mailstore/index.ts'
import openarc from '../../../roles/openarc/index.ts'
import opendkim from '../../../roles/opendkim/index.ts'
import opendmarc from '../../../roles/opendmarc/index.ts'
import postfix from '../../../roles/postfix/index.ts'
import postfixadmin from '../../../roles/postfixadmin/index.ts'
import postsrsd from '../../../roles/postsrsd/index.ts'
import tls from '../../../roles/tls/index.ts'
import { problemsOf, resourcesOf, textOf } from './evaluated.ts'
import { ordinary } from './postfix/evaluated.ts'

const roles = [tls, postfixadmin, mailstore, dovecot, opendkim, opendmarc, openarc, postsrsd, postfix]
const { mail, accounts } = ordinary
const webadmin = { sha256: 'a'.repeat(64) }
const declared = { ...accounts, mode: 'declared' }

test('the ordinary declaration has no mistake', () => {
  expect(problemsOf(roles, { ...ordinary, webadmin })).toEqual([])
})

test('bounces to an SRS domain of its own are let in, and only then is it a domain of Postfix', () => {
  const main = (srs: object) => textOf(resourcesOf(roles, { ...ordinary, webadmin, srs }), '/etc/postfix/main.cf')
  expect(main({ domain: 'srs.blue.example' })).toContain('\nvirtual_alias_domains = srs.blue.example\n')
  expect(main({ domain: 'red.example' })).not.toContain('virtual_alias_domains')
  expect(main({})).not.toContain('virtual_alias_domains')
})

test('who may relay without a login is signed for, and is asked for no DMARC: one list', () => {
  const trustedNetworks = ['192.0.2.0/24', '2001:db8:1::/48']
  const resources = resourcesOf(roles, { ...ordinary, webadmin, smtp: { trustedNetworks } })
  const trusted = ['127.0.0.0/8', '::1/128', ...trustedNetworks]
  expect(textOf(resources, '/etc/opendkim/TrustedHosts').trim().split('\n')).toEqual(trusted)
  expect(textOf(resources, '/etc/opendmarc/ignore.hosts').trim().split('\n')).toEqual(trusted)
  expect(textOf(resources, '/etc/postfix/main.cf')).toContain(
    '\nmynetworks = 127.0.0.0/8, [::1]/128, 192.0.2.0/24, [2001:db8:1::]/48\n',
  )
})

test('where users log in, ciphers are modern unless old clients are asked for, and never anonymous', () => {
  const having = (tls: object) => resourcesOf(roles, { ...ordinary, webadmin, tls: { ...ordinary.tls, ...tls } })
  const excluded = 'aNULL, kRSA, PSK, aDSS, SHA1, SHA256, SHA384, AESCCM, CAMELLIA, ARIA'
  const modern = having({})
  expect(textOf(modern, '/etc/postfix/main.cf')).toContain(`\nsmtpd_tls_mandatory_exclude_ciphers = ${excluded}\n`)
  const list = `PROFILE=SYSTEM:!${excluded.replaceAll(', ', ':!')}`
  expect(textOf(modern, '/etc/dovecot/dovecot.conf')).toContain(
    `\nssl_cipher_list = ${list}\nssl_prefer_server_ciphers = yes\n`,
  )
  const compatible = having({ ciphers: 'compatible' })
  const lines = [textOf(compatible, '/etc/postfix/main.cf'), textOf(compatible, '/etc/dovecot/dovecot.conf')]
    .flatMap((text) => text.split('\n'))
    .filter((line) => /^(smtpd_tls_mandatory_exclude_ciphers|ssl_cipher_list) =/.test(line))
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    expect(line).toMatch(/\baNULL\b/)
    expect(line).not.toMatch(/kRSA|SHA1|SHA256/)
  }
})

// Each is a declaration that types and daemons' own checks let pass, and that cannot work.
test.for<[vars: object, problem: string]>([
  [
    { host: { fqdn: 'blue.example' } },
    'host.fqdn: blue.example → a name that is no mail domain: its mail would be both local and virtual',
  ],
  [
    { mail: { ...mail, primaryDomain: 'green.example' } },
    'vars.mail.primaryDomain: "green.example" → one of the active domains: blue.example, red.example',
  ],
  [
    {
      mail: {
        ...mail,
        domains: [...mail.domains, { name: 'old.example', active: false }],
        primaryDomain: 'old.example',
      },
    },
    'vars.mail.primaryDomain: "old.example" → one of the active domains: blue.example, red.example',
  ],
  [
    { mail: { ...mail, postmaster: 'admin@elsewhere.example' } },
    'vars.mail.postmaster: "admin@elsewhere.example" → a mailbox in one of the active domains: blue.example, red.example',
  ],
  [
    { mail: { ...mail, postmaster: 'nobody@red.example' } },
    'mail.postmaster: nobody@red.example → an active mailbox of accounts.mailboxes: admin@blue.example',
  ],
  [
    { mail: { ...mail, domains: [...mail.domains, { name: 'red.example' }] } },
    'vars.mail.domains.2.name: "red.example" → every domain once',
  ],
  [
    { mail: { ...mail, domains: [...mail.domains, { name: '日本.example' }] } },
    'vars.mail.domains.2.name: "日本.example" → a fully qualified domain name in lower case, such as mail.blue.example',
  ],
  [{ ipv6: { enabled: true } }, 'vars.ipv6.address: nothing → the public IPv6 address when enabled is true'],
  [
    { ipv6: { enabled: true, address: 'fe80::25' } },
    'vars.ipv6.address: "fe80::25" → a public IPv6 address, for AAAA and PTR records',
  ],
  [{ submission: { ports: [] } }, 'vars.submission.ports: a list → at least one of 587 and 465'],
  [{ submission: { ports: [587, 587] } }, 'vars.submission.ports.1: 587 → every port once'],
  [
    { smtp: { trustedNetworks: ['0.0.0.0/0'] } },
    'vars.smtp.trustedNetworks.0: "0.0.0.0/0" → a network of your own, at most as wide as 10.0.0.0/8 or an IPv6 /19',
  ],
  [
    { smtp: { trustedNetworks: ['192.0.2.7/24'] } },
    'vars.smtp.trustedNetworks.0: "192.0.2.7/24" → 192.0.2.0/24, or 192.0.2.7/32 for one address',
  ],
  [{ rbl: { deny: ['2001:DB8:0::/48'] } }, 'vars.rbl.deny.0: "2001:DB8:0::/48" → 2001:db8::/48'],
  [
    { smtp: { trustedNetworks: ['::/0'] } },
    'vars.smtp.trustedNetworks.0: "::/0" → a network of your own, at most as wide as 10.0.0.0/8 or an IPv6 /19',
  ],
  [{ pop3: { enabled: false, plainListeners: true } }, 'pop3.plainListeners: true → false while pop3.enabled is false'],
  [
    { sieve: { enabled: false }, managesieve: { public: true } },
    'managesieve.public: true → false while sieve.enabled is false: scripts would never run',
  ],
  [
    { tls: { clientNames: [{ name: 'mail.red.example', key: '/etc/pki/red.key' }] } },
    'vars.tls.clientNames.0.chain: nothing → key and chain together, or neither',
  ],
  [
    { tls: { clientNames: [{ name: 'mail.red.example' }, { name: 'mail.red.example' }] } },
    'tls.clientNames: mail.red.example twice → every name once',
  ],
  [
    { tls: { clientNames: [{ name: 'mail.red.example', key: '/root/red.pem', chain: '/root/red.pem' }] } },
    'tls.clientNames, mail.red.example: /root/red.pem → a path below /etc/pki, /etc/ssl or /etc/letsencrypt: SELinux keeps mail daemons from others',
  ],
  [
    { rbl: { zones: [{ zone: 'cbl.abuseat.org' }] } },
    'vars.rbl.zones.0.zone: "cbl.abuseat.org" → a list that is still in operation (not cbl.abuseat.org, truncate.gbudb.net, dnsbl.sorbs.net, combined.njabl.org, relays.ordb.org, dnsbl.ahbl.org, bl.spamcannibal.org)',
  ],
  [
    { rbl: { zones: [{ zone: 'spam.dnsbl.sorbs.net' }] } },
    'vars.rbl.zones.0.zone: "spam.dnsbl.sorbs.net" → a list that is still in operation (not cbl.abuseat.org, truncate.gbudb.net, dnsbl.sorbs.net, combined.njabl.org, relays.ordb.org, dnsbl.ahbl.org, bl.spamcannibal.org)',
  ],
  [
    { rbl: { zones: [{ zone: 'bl.spamcop.net', codes: '127.255.255.254' }] } },
    'vars.rbl.zones.0.codes: "127.255.255.254" → return codes such as 127.0.0.[2..11]',
  ],
  [
    { rbl: { zones: [{ zone: 'bl.spamcop.net' }, { zone: 'bl.spamcop.net' }] } },
    'vars.rbl.zones.1.zone: "bl.spamcop.net" → every zone once',
  ],
  [
    { rbl: { allow: ['192.0.2.0/24'], deny: ['192.0.2.0/24'] } },
    'vars.rbl.deny.0: "192.0.2.0/24" → a network that is not in rbl.allow, which takes precedence',
  ],
  [
    { rbl: { deny: ['0.0.0.0/0'] } },
    'vars.rbl.deny.0: "0.0.0.0/0" → a network of your own, at most as wide as 10.0.0.0/8 or an IPv6 /19',
  ],
  [
    { srs: { enabled: false, mode: 'egress' } },
    'vars.srs.mode: "egress" → canonical while srs.enabled is false: the egress stage is part of sender rewriting',
  ],
  [
    { srs: { domain: 'sv1.blue.example' } },
    'srs.domain: sv1.blue.example, the host itself → an active domain or a separate name: bounces are sent to it',
  ],
  [
    { forwarding: { resign: 'srsDomain' } },
    'forwarding.resign: srsDomain without an egress stage → off, or srs.mode egress with srs.enabled',
  ],
  [{ forwarding: { resign: 'wildcard' } }, 'vars.forwarding.resign: "wildcard" → "off" or "srsDomain"'],
  [
    { arc: { trustedSealers: ['gmail.example'] } },
    'arc.trustedSealers: gmail.example with srs.mode canonical → none, or srs.mode egress',
  ],
  [
    { arc: { enabled: false, trustedSealers: ['gmail.example'] }, srs: { mode: 'egress' } },
    'vars.arc.trustedSealers: a list → none while arc.enabled is false: the seals would not be checked',
  ],
  [
    { dmarc: { holdQuarantine: true } },
    'vars.dmarc.holdQuarantine: true → false while dmarc.enforce is false: OpenDMARC holds mail only if it also rejects',
  ],
  [
    { store: { root: '/var/spool' } },
    'vars.store.root: "/var/spool" → a directory used for mail only, such as /home/mailuser or /var/vmail',
  ],
  [
    { store: { root: '/etc/mail' } },
    'vars.store.root: "/etc/mail" → a directory used for mail only, such as /home/mailuser or /var/vmail',
  ],
  [
    { accounts: { ...declared, aliases: [{ address: 'info@blue.example', to: ['nobody@red.example'] }] } },
    'accounts.aliases, info@blue.example: target nobody@red.example, which nothing declares → a declared mailbox or alias, or an address elsewhere',
  ],
  [
    { accounts: { ...accounts, mode: 'ui', mailboxes: [{ ...accounts.mailboxes[0], updatePassword: 'always' }] } },
    'vars.accounts.mailboxes.0.updatePassword: a plain text → on_create while accounts.mode is ui, which never changes existing mailboxes',
  ],
  [
    {
      accounts: declared,
      mail: { ...mail, domains: [{ name: 'blue.example' }, { name: 'red.example', catchall: 'all@red.example' }] },
    },
    'mail.domains, red.example: catchall all@red.example, which nothing declares → a declared mailbox or alias, or an address elsewhere',
  ],
  [
    { accounts: { ...accounts, aliasDomains: [{ name: 'twin.example', target: 'red.example' }] } },
    'accounts.aliasDomains: twin.example → one of mail.domains: blue.example, red.example',
  ],
  [
    { webadmin: {} },
    'webadmin.sha256: nothing → the SHA-256 of the release, needed even if webadmin.enabled is false, because the tables come from it; `curl -fsSL https://github.com/postfixadmin/postfixadmin/archive/refs/tags/postfixadmin-3.3.16.tar.gz | sha256sum` prints it',
  ],
  [{ webadmin: { ...webadmin, version: '4.0.0' } }, 'vars.webadmin.version: "4.0.0" → a 3.3.x version'],
])('refuses %j', ([vars, problem]) => {
  const found = problemsOf(roles, { ...ordinary, webadmin, ...vars })
  expect(found.map((one) => `${one.place}: ${one.found} → ${one.allowed}`).join(' | ')).toBe(problem)
})
