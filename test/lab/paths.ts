import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const labDir = dirname(fileURLToPath(import.meta.url))
const repoRoot = resolve(labDir, '../..')

/** What belongs to this checkout: keys, ssh_config, known_hosts. Ignored by git. */
export const stateDir = process.env['ORCHESTRATE_LAB_STATE'] ?? join(repoRoot, '.lab')

/** What is expensive to make and can be shared: packages, RPM repositories, images as tar files. */
export const cacheDir = process.env['ORCHESTRATE_LAB_CACHE'] ?? '/var/cache/orchestrate-lab'

export const sshConfigPath = join(stateDir, 'ssh_config')
export const knownHostsPath = join(stateDir, 'known_hosts')
export const identityPath = join(stateDir, 'id_ed25519')

/** Where the archive of PostfixAdmin lies, its checksum and version, as JSON: `inventories/lab.ts` reads it. */
export const tarballPath = join(stateDir, 'postfixadmin.json')

/** Network namespace and podman network carry the same name. */
export const LAB = 'orchestrate-lab'
export const NAMESPACE_PATH = `/run/netns/${LAB}`
export const SUBNET = '10.89.7.0/24'

/** An address for servers that tests run beside the hosts; the hosts' resolv.conf names it. */
export const SERVICE_ADDRESS = '10.89.7.2'

/** Every container of the lab carries this label; nothing else is ever touched. */
export const LABEL = 'orchestrate.lab'
