import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as lab from '../../lab/index.ts'
import { onHost } from './hosts.ts'

/** Writes an ssh config in which a host is reached through a port of this machine, its key verified all the same; gives its path. */
export async function configThrough(port: number, folder: string, host = lab.standardHost(1)): Promise<string> {
  const key = await onHost(host.name, 'cut -d " " -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub')
  await writeFile(join(folder, 'known_hosts'), `through ${key}\n`)
  const config = join(folder, 'config')
  await writeFile(
    config,
    `Host ${host.name} ${host.ip}
  HostName 127.0.0.1
  Port ${port}
  HostKeyAlias through
  User root
  IdentityFile ${lab.identityPath}
  UserKnownHostsFile ${join(folder, 'known_hosts')}
`,
  )
  return config
}
