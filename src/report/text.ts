import { printable } from '../kernel/printable.ts'
import type { HostResult, HostStatus, RunRecord } from '../model/events.ts'
import type { HostPlan, Step } from '../model/plan.ts'
import { hintLines, indent, type Paint, plainPaint, wrapText } from './layout.ts'
import {
  changeWords,
  count,
  duration,
  hostWords,
  noteLines,
  paintChange,
  resultWords,
  statusWords,
  symbols,
  totalLine,
} from './words.ts'

/** A whole run for a person: what became of each host, worst last, then what was left alone and the total. */
export function textReport(record: RunRecord, options: TextOptions = {}): string {
  const { paint = plainPaint, width } = options
  const shared = sharedHints(record.hosts)
  const blocks = order.flatMap((status) => {
    const hosts = record.hosts.filter((host) => host.status === status)
    return blocksOf(
      hosts,
      (host) => bodyLines(host, options, shared),
      (host) => headLine(host, record, paint),
    )
  })
  const hints = [...shared].flatMap(([hint, hosts]) => [...hintLines(`${hostWords(hosts)}: ${hint}`, width), ''])
  const notes = noteLines(record.hosts).map((line) => paint.dim(line))
  return `${[...blocks, ...hints, ...notes, paint.bold(totalLine(record)) + paint.dim(`  ${duration(record.milliseconds)}`)].join('\n')}\n`
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

/** What several hosts are told to do for different reasons: it is said once, after all of them. */
function sharedHints(hosts: readonly HostResult[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(
    hosts.filter(({ hint }) => hint !== undefined),
    ({ hint = '' }) => hint,
  )
  const shared = [...groups].filter(([, same]) => new Set(same.map(({ message }) => message)).size > 1)
  return new Map(shared.map(([hint, same]) => [hint, same.map(({ host }) => host)]))
}

function bodyLines(result: HostResult, options: TextOptions, shared: ReadonlyMap<string, unknown>): string[] {
  const { paint = plainPaint, width } = options
  const [reason = '', ...log] = printable(result.message ?? '').split('\n')
  const inner = width === undefined ? undefined : width - 2
  return indent(
    [
      ...(showsPlan(result, options) && result.plan ? planLines(result.plan, options) : []),
      ...(reason ? wrapText(reason, inner) : []),
      ...log.map((line) => paint.dim(`| ${line}`)),
      ...(result.hint && !shared.has(result.hint) ? hintLines(result.hint, inner) : []),
    ],
    '  ',
  )
}

// After a failure the plan tells what was meant to happen, not what did: only the reason is shown.
function showsPlan({ status }: HostResult, { brief }: TextOptions): boolean {
  return status === 'drift' || (status === 'changed' && !brief)
}

function colourOf(status: HostStatus, paint: Paint): (text: string) => string {
  if (status === 'converged') return paint.green
  return status === 'changed' || status === 'drift' ? paint.yellow : paint.red
}

function nameWidth(hosts: readonly { readonly host: string }[]): number {
  return Math.min(32, Math.max(0, ...hosts.map(({ host }) => host.length)))
}

/** How a report for people is laid out. */
export interface TextOptions {
  readonly paint?: Paint | undefined
  /** Columns of the terminal; without it nothing is wrapped. */
  readonly width?: number | undefined
  /** Show unified diffs of file contents. */
  readonly diff?: boolean | undefined
  /** Leave out the changes that were made, because the plan stands just above. */
  readonly brief?: boolean | undefined
}

/** The changes of one host in words, role by role. */
export function planLines({ steps }: Pick<HostPlan, 'steps'>, options: TextOptions = {}): string[] {
  const { paint = plainPaint } = options
  const roles = [...Map.groupBy(steps, ({ role }) => role)]
  return roles.flatMap(([role, own]) => [
    paint.bold(role),
    ...indent(
      own.flatMap((step) => stepLines(step, options)),
      '  ',
    ),
  ])
}

function stepLines({ resource, change }: Step, { paint = plainPaint, width, diff }: TextOptions): string[] {
  const colour = paintChange(paint, change.action)
  const head = `${symbols[change.action]} ${resource.id}`
  const words = changeWords(change)
  const together = words.join(', ')
  // Four columns are taken by the role's and the host's indentation.
  const fits = width === undefined || head.length + 2 + together.length <= width - 4
  const lines = fits
    ? [colour(head) + (together ? `  ${together}` : '')]
    : [colour(head), ...words.flatMap((word) => indent(wrapText(word, width - 10), '      '))]
  return diff ? [...lines, ...diffLines(change, paint)] : lines
}

function diffLines(change: Step['change'], paint: Paint): string[] {
  const differences = 'differences' in change ? change.differences : []
  const texts = differences.flatMap((difference) => (difference.diff ? [printable(difference.diff.trimEnd())] : []))
  return indent(
    texts.flatMap((text) => text.split('\n').map((line) => colourDiffLine(line, paint))),
    '      ',
  )
}

function colourDiffLine(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint.cyan(line)
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}
