import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The end of one command line. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command line that runs. */
export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Waits until stderr has shown this. */
  shown(text: string | RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
}

const launcher = fileURLToPath(new URL('../../../bin/orchestrate.js', import.meta.url))

/** Starts `orchestrate` as a user would, with an identity file of the test's own. */
export function start(
  args: readonly string[],
  { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Running {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: 'pipe',
  })
  child.stdin.end(input)
  const out: Buffer[] = []
  let err = ''
  const watchers = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    for (const watch of watchers) watch()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: err }))
  })
  const shown = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (typeof text === 'string' ? !err.includes(text) : !text.test(err)) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
      void ended.then(() => reject(new Error(`ended without showing ${String(text)}:\n${err}`)))
    })
  return { pid: child.pid ?? 0, ended, shown, kill: (signal) => void child.kill(signal) }
}

/** Runs `orchestrate` to its end. */
export function orchestrate(...args: readonly string[]): Promise<Ended> {
  return start(args).ended
}

/** One change of a JSON report. */
export interface ReportedChange {
  readonly id: string
  readonly action: string
  readonly consequence: boolean
  readonly differences?: readonly { readonly what: string; readonly from: string; readonly to: string }[]
}

/** One host of a JSON report. */
export interface ReportedHost {
  readonly host: string
  readonly status: string
  readonly changed: number
  readonly restarts: number
  readonly reloads: number
  readonly message?: string
  readonly hint?: string
  readonly code?: string
  readonly notes?: readonly { readonly role: string; readonly id: string; readonly note: string }[]
  readonly changes?: readonly ReportedChange[]
}

/** The hosts of a JSON report, by name. */
export function reported({ stdout }: Ended): Map<string, ReportedHost> {
  const report = JSON.parse(stdout) as { hosts: ReportedHost[] }
  return new Map(report.hosts.map((host) => [host.host, host]))
}

/** What a host's report says is different in itself, one line each: `id what: from → to`. */
export function differencesOf(host: ReportedHost | undefined): string[] {
  return (host?.changes ?? [])
    .filter(({ consequence }) => !consequence)
    .flatMap(({ id, differences = [] }) => differences.map(({ what, from, to }) => `${id} ${what}: ${from} → ${to}`))
}
