import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Runs `work` while holding an exclusive lock on `path`. The lock is held by flock(1) as long as its stdin is open,
 * so the kernel releases it however this process ends.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const notice = setTimeout(() => process.stderr.write('lab: waiting for another lab command\n'), 1000)
  try {
    await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'exit').then(() => Promise.reject(new Error(`cannot lock ${path}`))),
    ])
    clearTimeout(notice)
    return await work()
  } finally {
    clearTimeout(notice)
    holder.stdin.end()
  }
}
