import type { KeyStatus } from '../mail/dkim/status.ts'
import { iso } from '../mail/dkim/time.ts'
import { count } from './words.ts'

/** The keys of one host, or why it could not be asked. */
export interface HostKeys {
  readonly host: string
  readonly keys: readonly KeyStatus[]
  readonly failure?: { readonly exit: 'unreachable' | 'failed'; readonly message: string; readonly hint?: string }
}

const marks: Readonly<Record<KeyStatus['needs'], string>> = { nothing: '✓', wait: '…', step: '→', problem: '✗' }

/** For people: a line a selector, under its host and domain. */
export function statusText(hosts: readonly HostKeys[]): string {
  const keys = hosts.flatMap((one) => one.keys)
  const wide = Math.max(0, ...keys.map(({ selector }) => selector.length))
  const blocks = hosts.map(({ host, keys, failure }) => {
    if (failure) return [`${host}`, `  ✗ ${failure.message}`, ...(failure.hint ? [`    → ${failure.hint}`] : [])]
    return [host, ...[...Map.groupBy(keys, ({ domain }) => domain)].flatMap((one) => domainLines(one, wide))]
  })
  const needing = (needs: KeyStatus['needs']) => keys.filter((one) => one.needs === needs).length
  const failed = hosts.filter(({ failure }) => failure).length
  const steps = needing('step')
  const totals = `${count(keys.length, 'selector')}: ${count(needing('problem'), 'problem')}, ${count(steps, 'step')} due, ${needing('wait')} waiting`
  const total = failed > 0 ? `${totals}; ${failed} of ${count(hosts.length, 'host')} not asked` : totals
  return `${[...blocks.map((lines) => lines.join('\n')), total].join('\n\n')}\n`
}

function domainLines([domain, keys]: readonly [string, readonly KeyStatus[]], wide: number): string[] {
  const line = ({ needs, selector, state, says }: KeyStatus) =>
    `    ${marks[needs]} ${selector.padEnd(wide)}  ${state.padEnd(9)}  ${says}`
  return [`  ${domain}`, ...keys.map(line)]
}

/** For programs, schema `orchestrate/dkim/1` (docs/json.md). */
export function statusJson(hosts: readonly HostKeys[], exitCode: number): string {
  const listed = hosts.map(({ host, keys, failure }) => ({
    host,
    ...(failure ? { status: failure.exit, message: failure.message } : { status: 'ok' }),
    keys: keys.map(({ since, until, ...key }) => ({
      ...key,
      ...(since === undefined ? {} : { since: iso(since) }),
      ...(until === undefined ? {} : { until: iso(until) }),
    })),
  }))
  return `${JSON.stringify({ schema: 'orchestrate/dkim/1', exitCode, hosts: listed }, undefined, 2)}\n`
}
