import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { defineInventory, secret } from '#orchestrate'
import mail from '../../../playbooks/mail.ts'
import { blockList, places, refusingList } from './world/places.ts'

/** What a test has sv2 be for a while. */
export interface Sv2 {
  readonly sealers?: readonly string[]
  /** With EPEL's testing packages. */
  readonly testing?: boolean
  readonly enforce?: boolean
  readonly accountsMode?: 'ui'
  readonly dkim?: { readonly selector?: string; readonly otherSelectors?: string[] }
  readonly arcSelector?: string
  readonly extras?: 'off'
}

// Told by the test that runs us: the archive that the lab makes of PostfixAdmin, another way to the hosts, what sv2 is,
// fail2ban on sv1.
const { ORCHESTRATE_E2E_POSTFIXADMIN, TEST_SSH_CONFIG, TEST_SV2, TEST_GUARD } = process.env
const sv2: Sv2 = JSON.parse(TEST_SV2 ?? '{}')
const archive: { path?: string; sha256?: string; version?: string } = JSON.parse(ORCHESTRATE_E2E_POSTFIXADMIN ?? '{}')

const mailbox = (address: string, more: { quota?: number } = {}) => ({
  address,
  password: secret(`mail/${address.replace('@', '_')}`),
  ...more,
})

/** The managed servers: sv1 rewrites every foreign sender and enforces DMARC, sv2 only what leaves, does not, and serves the extras. */
export default defineInventory({
  playbook: mail,
  ssh: {
    user: 'root',
    configFile: TEST_SSH_CONFIG ?? fileURLToPath(new URL('../../../.lab/ssh_config', import.meta.url)),
  },
  hosts: {
    sv1: {
      address: places.b.ip,
      groups: ['mail'],
      vars: {
        host: { fqdn: places.b.fqdn },
        mail: {
          domains: [{ name: 'blue.example', dmarc: { p: 'reject' } }, { name: 'red.example' }],
          primaryDomain: 'blue.example',
          postmaster: 'admin@blue.example',
        },
        tls: { clientNames: [{ name: 'mail.red.example' }, { name: 'mail.blue.example' }] },
        managesieve: { public: true },
        dmarc: { enforce: true },
        smtp: { trustedNetworks: [`${places.b2.ip}/32`] },
        ...(TEST_GUARD ? { fail2ban: { enabled: true, allow: [`${places.c.ip}/32`] }, rate: { auth: 20 } } : {}),
        rbl: { zones: [{ zone: blockList }, { zone: refusingList }] },
        accounts: {
          mailboxes: [
            mailbox('admin@blue.example'),
            mailbox('conagi@blue.example'),
            mailbox('full@blue.example', { quota: 20_000 }),
            mailbox('bob@red.example'),
          ],
          aliases: [
            { address: 'fwd@blue.example', to: ['user@gmail.example'] },
            { address: 'team@blue.example', to: ['conagi@blue.example', 'bob@red.example'] },
            { address: 'bnc@blue.example', to: ['nouser@gmail.example'] },
            { address: 'dead@blue.example', to: ['user@gmail.example'], active: false },
          ],
        },
      },
    },
    sv2: {
      address: places.b2.ip,
      groups: ['mail'],
      vars: {
        host: { fqdn: places.b2.fqdn },
        mail: {
          domains: [{ name: 'green.example' }],
          primaryDomain: 'green.example',
          postmaster: 'admin@green.example',
        },
        tls: { clientNames: [{ name: 'mta-sts.green.example' }, { name: 'autoconfig.green.example' }] },
        extras:
          sv2.extras === 'off'
            ? {}
            : {
                mtaSts: { mode: 'enforce' },
                tlsRpt: true,
                autoconfig: true,
                caa: true,
                caaIodef: 'admin@green.example',
                dane: true,
              },
        srs: { mode: 'egress' },
        arc: { trustedSealers: [...(sv2.sealers ?? [])], ...(sv2.arcSelector ? { selector: sv2.arcSelector } : {}) },
        dkim: sv2.dkim ?? {},
        dmarc: { enforce: sv2.enforce ?? false },
        ...(sv2.testing ? { base: { timeService: false, repositories: ['epel', 'crb', 'epel-testing'] } } : {}),
        accounts: {
          mode: sv2.accountsMode ?? 'merge',
          mailboxes: [mailbox('admin@green.example'), mailbox('dan@green.example')],
          aliases: [{ address: 'multi@green.example', to: ['dan@green.example', 'user@gmail.example'] }],
        },
      },
    },
  },
  groups: { mail: {} },
  vars: {
    // A container shares its machine's clock, and its users are not strangers to each other.
    base: { timeService: false },
    tls: { source: 'selfsigned-lab' },
    rate: { auth: 200 },
    webadmin: {
      version: archive.version ?? '3.3.16',
      ...(archive.path ? { source: { file: archive.path } } : {}),
      ...(archive.sha256 ? { sha256: archive.sha256 } : {}),
      allowFrom: [`${places.x.ip}/32`, '10.89.7.1/32', '127.0.0.0/8'],
      resolveDomains: false,
    },
  },
})
