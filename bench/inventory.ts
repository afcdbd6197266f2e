import { fileURLToPath } from 'node:url'
import { defineInventory } from '#orchestrate'
import playbook from '../test/e2e/fixtures/playbook.ts'

/** One lab host with about 60 resources; bench/ansible/playbook.yml declares the same. */
export default defineInventory({
  playbook,
  ssh: { user: 'root', configFile: fileURLToPath(new URL('../.lab/ssh_config', import.meta.url)) },
  hosts: { mx1: { address: 'mx1', vars: { host: { fqdn: 'mx1.blue.example' } } } },
  vars: { base: { timeService: false }, sample: { padding: 26 } },
})
