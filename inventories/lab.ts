import { fileURLToPath } from 'node:url'
import { defineInventory } from '#orchestrate'
import mail from '../playbooks/mail.ts'

/** The two hosts that `orchestrate lab up` makes on this machine. */
export default defineInventory({
  playbook: mail,
  ssh: { user: 'root', configFile: fileURLToPath(new URL('../.lab/ssh_config', import.meta.url)) },
  hosts: {
    mx1: { address: 'mx1', groups: ['mail'], vars: { host: { fqdn: 'mx1.blue.example' } } },
    mx2: { address: 'mx2', groups: ['mail'], vars: { host: { fqdn: 'mx2.blue.example' } } },
  },
  groups: { mail: {} },
  vars: {
    // A container shares its machine's clock.
    base: { timeService: false },
  },
})
