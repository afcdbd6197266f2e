import type { HostResult, HostStatus, RunRecord } from '../model/events.ts'
import type { HostPlan } from '../model/plan.ts'
import { noteLines } from './notes.ts'
import { type Paint, plainPaint } from './paint.ts'
import { planLines, type TextOptions } from './plan-text.ts'
import { statusWords, totalLine } from './totals.ts'
import { count, duration, resultWords } from './words.ts'
import { indent, wrapText } from './wrap.ts'

/** A whole run for a person: what became of each host, worst last, then what was left alone and the total. */
export function textReport(record: RunRecord, options: TextOptions = {}): string {
  const { paint = plainPaint } = options
  const blocks = order.flatMap((status) => {
    const hosts = record.hosts.filter((host) => host.status === status)
    return blocksOf(
      hosts,
      (host) => bodyLines(host, options),
      (host) => headLine(host, record, paint),
    )
  })
  const notes = noteLines(record.hosts).map((line) => paint.dim(line))
  return `${[...blocks, ...notes, paint.bold(totalLine(record)) + paint.dim(`  ${duration(record.milliseconds)}`)].join('\n')}\n`
}

/** The plans of a run before anybody has agreed to them; equal plans are shown once. */
export function plansText(plans: readonly HostPlan[], options: TextOptions = {}): string {
  const { paint = plainPaint } = options
  const width = nameWidth(plans)
  const head = ({ host, steps, kept }: HostPlan) =>
    `${paint.bold(host.padEnd(width))}  ${count(steps.length, 'change')}${paint.dim(`, ${kept} as declared`)}`
  return `${blocksOf(plans, (plan) => indent(planLines(plan, options), '  '), head).join('\n')}\n`
}

const order: readonly HostStatus[] = [
  'converged',
  'skipped',
  'changed',
  'drift',
  'interrupted',
  'refused',
  'unreachable',
  'failed',
]

/** From this many hosts on, those with nothing to tell share one line. */
const foldFrom = 12

/** Hosts with the same body stand together above it; each block ends in an empty line if it has a body. */
function blocksOf<Host extends { readonly host: string }>(
  hosts: readonly Host[],
  body: (host: Host) => string[],
  head: (host: Host) => string,
): string[] {
  return [...Map.groupBy(hosts, (host) => body(host).join('\n'))].flatMap(([text, same]) => {
    if (text === '' && same.length >= foldFrom)
      return [`${head(same[0] as Host)}`, `… and ${same.length - 1} more like it`, '']
    return [...same.map(head), ...(text === '' ? [] : [text]), '']
  })
}

function headLine(result: HostResult, { hosts }: RunRecord, paint: Paint): string {
  const label = result.status === 'converged' || result.status === 'changed' ? '' : `${statusWords(result.status)} `
  const words = result.status === 'drift' ? resultWords(result) : `${label}${resultWords(result)}`.trim()
  const colour = colourOf(result.status, paint)
  return `${paint.bold(result.host.padEnd(nameWidth(hosts)))}  ${colour(words)}${paint.dim(`  ${duration(result.milliseconds)}`)}`
}

function bodyLines(result: HostResult, options: TextOptions): string[] {
  const { paint = plainPaint, width } = options
  const [reason = '', ...log] = result.message?.split('\n') ?? []
  const inner = width === undefined ? undefined : width - 2
  return indent(
    [
      ...(showsPlan(result, options) && result.plan ? planLines(result.plan, options) : []),
      ...(reason ? wrapText(reason, inner) : []),
      ...log.map((line) => paint.dim(`| ${line}`)),
      ...(result.hint ? wrapText(`→ ${result.hint}`, inner) : []),
    ],
    '  ',
  )
}

// After a failure the plan tells what was meant to happen, not what did: only the reason is shown.
function showsPlan({ status }: HostResult, { brief }: TextOptions): boolean {
  return status === 'drift' || (status === 'changed' && !brief)
}

function colourOf(status: HostStatus, paint: Paint): (text: string) => string {
  if (status === 'converged' || status === 'skipped') return paint.green
  return status === 'changed' || status === 'drift' ? paint.yellow : paint.red
}

function nameWidth(hosts: readonly { readonly host: string }[]): number {
  return Math.min(32, Math.max(0, ...hosts.map(({ host }) => host.length)))
}
