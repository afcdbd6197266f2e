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

/** A mail server for one domain, whose only mailbox is the postmaster's; its name is the one the lab gives the host. */
const serverOf = (name: string, domain: string) => ({
  address: name,
  groups: ['mail'],
  vars: {
    host: { fqdn: `${name}.blue.example` },
    mail: { domains: [{ name: domain }], primaryDomain: domain, postmaster: `admin@${domain}` },
    accounts: { mailboxes: [{ address: `admin@${domain}`, password: secret(`mail/admin_${domain}`) }] },
  },
})

/** Two mail servers, each for its own domain, on the two hosts that `orchestrate lab up` makes on this machine. */
export default defineInventory({
  playbook: mail,
  ssh: { user: 'root', configFile: fileURLToPath(new URL('ssh_config', state)) },
  hosts: { mx1: serverOf('mx1', 'blue.example'), mx2: serverOf('mx2', 'red.example') },
  groups: { mail: {} },
  vars: {
    tls: { source: 'selfsigned-lab' },
    webadmin: {
      ...(archive ? { version: archive.version, source: { file: archive.path }, sha256: archive.sha256 } : {}),
      resolveDomains: false,
    },
    // A container shares its machine's clock.
    base: { timeService: false },
  },
})
