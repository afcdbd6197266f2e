import { defineInventory } from '#orchestrate'
import mail from '../playbooks/mail.ts'

// A template for your own fleet: copy it, put in your addresses and domains, then
//   orchestrate secrets init inventories/prod.ts      make the secrets that the roles need
//   orchestrate apply inventories/prod.ts --dry-run   see what would be done
//   orchestrate apply inventories/prod.ts             do it
export default defineInventory({
  playbook: mail,
  // Everything here may also stand in ~/.ssh/config; unknown host keys are refused with the command that accepts them.
  ssh: { user: 'root', identityFile: '~/.ssh/id_ed25519' },
  hosts: {
    sv1: { address: '203.0.113.10', groups: ['mail'], vars: { host: { fqdn: 'sv1.blue.example' } } },
  },
  groups: { mail: { vars: { base: { timezone: 'Asia/Tokyo' } } } },
  vars: {},
})
