import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineInventory, secret } from '#orchestrate'
import mail from '../playbooks/mail.ts'

const state = new URL('../.lab/', import.meta.url)
// What `orchestrate lab up` made of PostfixAdmin; a real fleet names a release and its checksum.
const archive = await readFile(new URL('postfixadmin.json', state), 'utf8').then(
  (text) => JSON.parse(text) as { path: string; sha256: string; version: string },
  () => undefined,
)

/** Two mail servers on the two hosts that `orchestrate lab up` makes on this machine. */
export default defineInventory({
  playbook: mail,
  ssh: { user: 'root', configFile: fileURLToPath(new URL('ssh_config', state)) },
  hosts: {
    mx1: { address: 'mx1', groups: ['mail'], vars: { host: { fqdn: 'mx1.blue.example' } } },
    mx2: { address: 'mx2', groups: ['mail'], vars: { host: { fqdn: 'mx2.blue.example' } } },
  },
  groups: { mail: {} },
  vars: {
    mail: {
      domains: [{ name: 'blue.example' }, { name: 'red.example' }],
      primaryDomain: 'blue.example',
      postmaster: 'admin@blue.example',
    },
    accounts: { mailboxes: [{ address: 'admin@blue.example', password: secret('mail/admin_blue.example') }] },
    tls: { source: 'selfsigned-lab' },
    webadmin: {
      ...(archive ? { version: archive.version, source: { file: archive.path }, sha256: archive.sha256 } : {}),
      resolveDomains: false,
    },
    // A container shares its machine's clock.
    base: { timeService: false },
  },
})
