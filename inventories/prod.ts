import { defineInventory, secret } from '#orchestrate'
import mail from '../playbooks/mail.ts'

// A template for your own fleet: copy it, put in your addresses and domains, then
//   orchestrate secrets init inventories/prod.ts                 make the secrets that the roles need
//   orchestrate secrets set inventories/prod.ts mail/admin       set those that only you know
//   orchestrate apply inventories/prod.ts --dry-run              see what would be done
//   orchestrate apply inventories/prod.ts                        do it
//   orchestrate dns inventories/prod.ts records                  the DNS records to publish
export default defineInventory({
  playbook: mail,
  // Everything here may also stand in ~/.ssh/config; unknown host keys are refused with the command that accepts them.
  ssh: { user: 'root', identityFile: '~/.ssh/id_ed25519' },
  hosts: {
    sv1: { address: '203.0.113.10', groups: ['mail'], vars: { host: { fqdn: 'sv1.blue.example' } } },
  },
  groups: { mail: { vars: { base: { timezone: 'Asia/Tokyo' } } } },
  vars: {
    mail: {
      domains: [{ name: 'blue.example' }, { name: 'red.example' }],
      primaryDomain: 'blue.example',
      postmaster: 'admin@blue.example',
    },
    accounts: { mailboxes: [{ address: 'admin@blue.example', password: secret('mail/admin') }] },
    // The checksum of the PostfixAdmin release: put in what this prints, after comparing it with one that you trust:
    //   curl -fsSL https://github.com/postfixadmin/postfixadmin/archive/refs/tags/postfixadmin-3.3.16.tar.gz | sha256sum
    webadmin: { sha256: '0'.repeat(64), allowFrom: ['203.0.113.0/24'] },
  },
})
