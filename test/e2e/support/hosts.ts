import { expect } from 'vitest'
import * as lab from '../../lab/index.ts'

/** Runs a script as root on a lab host, not over SSH; it must succeed. Gives stdout without the last newline. */
export async function onHost(host: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(host, script)
  expect({ script, code, stderr: code === 0 ? '' : stderr }).toEqual({ script, code: 0, stderr: '' })
  return stdout.trimEnd()
}

/** Waits until a script exits 0 on a host, at the most a minute. */
export async function until(host: string, script: string): Promise<void> {
  const give = Date.now() + 60_000
  while ((await lab.exec(host, script)).code !== 0) {
    if (Date.now() > give) throw new Error(`${host}: not within a minute: ${script}`)
  }
}

/** What a run must not leave behind on a host: lock, journal, unproven changes, requests to stop, candidates. An archive’s marker is none of these. */
export async function leftovers(host: string): Promise<string> {
  return onHost(
    host,
    'cd /var/lib/orchestrate && ls -1d journal room changes/* changes/.closed-* blobs/* loaded/*.new /run/orchestrate/lock /run/orchestrate/stop-* 2>/dev/null; find / -xdev \\( -path /proc -o -path /sys -o -path /var/lib/orchestrate/backups \\) -prune -o -name "*.orchestrate-*" ! -name .orchestrate-sha256 -print; true',
  )
}
