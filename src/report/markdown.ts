import { printable } from '../kernel/printable.ts'
import type { HostResult, RunRecord } from '../model/events.ts'
import type { Step } from '../model/plan.ts'
import { changeWords, duration, noteLines, resultWords, statusWords, symbols, totalLine } from './words.ts'

/** A run as GitHub-flavoured Markdown, for a pull request, an issue or a chat. */
export function markdownReport(record: RunRecord): string {
  const { command, run, started, milliseconds, hosts } = record
  const rows = hosts.map((host) => `| ${cell(host.host)} | ${statusWords(host.status)} | ${cell(resultWords(host))} |`)
  return [
    `# orchestrate ${command}: ${totalLine(record)}`,
    '',
    `Run \`${run}\`, started ${started}, took ${duration(milliseconds)}.`,
    '',
    '| host | state | |',
    '|---|---|---|',
    ...rows,
    ...noteLines(hosts).flatMap((line) => ['', escapeMarkdown(line)]),
    ...hosts.flatMap(section),
    '',
  ].join('\n')
}

function section(host: HostResult): string[] {
  const steps = host.status === 'drift' || host.status === 'changed' ? (host.plan?.steps ?? []) : []
  const reason = host.message ? ['', fenced(printable(host.message)), ...(host.hint ? ['', `→ ${host.hint}`] : [])] : []
  if (steps.length === 0 && reason.length === 0) return []
  return ['', `## ${cell(host.host)}`, ...(steps.length > 0 ? ['', ...steps.flatMap(item)] : []), ...reason]
}

function item({ role, resource, change }: Step): string[] {
  const words = changeWords(change).join(', ')
  const diffs = 'differences' in change ? change.differences.flatMap(({ diff }) => (diff ? [printable(diff)] : [])) : []
  return [
    `- \`${symbols[change.action]} ${resource.id}\` (${role})${words ? `: ${escapeMarkdown(words)}` : ''}`,
    ...diffs.flatMap((diff) =>
      fenced(diff, 'diff')
        .split('\n')
        .map((line) => `  ${line}`),
    ),
  ]
}

/** A code block whose fence is longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`
}

function cell(text: string): string {
  return escapeMarkdown(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_<>[\]]/g, '\\$&')
}
