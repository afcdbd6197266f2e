import { loadavg } from 'node:os'
import process from 'node:process'

/** What was measured, and its seconds, one a round. */
export type Row = readonly [what: string, seconds: readonly number[]]

/** Prints a Markdown table of medians; the last column compares each with `base`. */
export function printTable(about: string, base: string, rows: readonly Row[], digits: number): void {
  const whole = median(rows.find(([what]) => what === base)?.[1] ?? [])
  const shown = (seconds: number) => seconds.toFixed(digits)
  const lines = rows.map(([what, values]) => {
    const range = `${shown(Math.min(...values))}–${shown(Math.max(...values))} s`
    return `| ${what} | ${shown(median(values))} s | ${range} | ${(median(values) / whole).toFixed(2)} |`
  })
  const head = [`${rows[0]?.[1].length} rounds, load ${loadavg()[0]?.toFixed(1)}`, '']
  const title = [`| ${about} | median | range | × ${base.replaceAll('`', '')} |`, '|---|--:|--:|--:|']
  process.stdout.write([...head, ...title, ...lines, ''].join('\n'))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
