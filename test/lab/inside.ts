import { readFile } from 'node:fs/promises'
import { containerName, tryPodman } from './podman.ts'
import { attempt, type RunOptions, type RunResult } from './process.ts'

/** The first process of a host, and when it was started: numbers are used again. */
interface Init {
  readonly pid: number
  readonly born: string
}

const inits = new Map<string, Init>()
const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'TERM=xterm']

/**
 * Runs a shell command as root on a host, past sshd: for breaking and inspecting things by hand. It enters the namespaces
 * of the host by itself, in a tenth of the time that `podman exec` takes.
 */
export async function exec(name: string, command: string, options: RunOptions = {}): Promise<RunResult> {
  const pid = await initOf(name)
  if (pid === undefined) return { code: 255, stdout: '', stderr: `${name} is not running` }
  const enter = ['nsenter', `--target=${pid}`, '--mount', '--uts', '--ipc', '--net', '--pid']
  return attempt([...enter, 'env', '-i', ...environment, 'bash', '-c', command], options)
}

async function initOf(name: string): Promise<number | undefined> {
  const known = inits.get(name)
  if (known && (await born(known.pid)) === known.born) return known.pid
  const { stdout } = await tryPodman(['inspect', '--format={{.State.Pid}}', containerName(name)])
  const pid = Number(stdout)
  const start = await born(pid)
  if (start === undefined) return undefined
  inits.set(name, { pid, born: start })
  return pid
}

async function born(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.replace(/^.*\) /s, '').split(' ')[19]
}
