import { type ExitName, exitCodes, type Problem } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { attributes, escapeXml } from './junit.ts'
import { hintLines, indent } from './layout.ts'
import { count } from './words.ts'

/** One check and how it ended. */
export interface CheckResult {
  readonly host: string
  /** What it is about; reports group by it. */
  readonly subject: string
  /** What was checked, as a statement that should be true. */
  readonly title: string
  /** `unreachable`: the host could not be asked at all. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'unreachable'
  readonly problems: readonly Problem[]
  /** Why it was skipped. */
  readonly because?: string | undefined
}

/** All results of a verification. */
export interface VerifyRecord {
  readonly started: string
  readonly milliseconds: number
  readonly results: readonly CheckResult[]
}

/** How a verification ends. */
export function verifyExit({ results }: Pick<VerifyRecord, 'results'>): ExitName {
  const statuses = new Set(results.map(({ status }) => status))
  return statuses.has('failed') ? 'failed' : statuses.has('unreachable') ? 'unreachable' : 'ok'
}

/** For people: subjects in a line each, failures in full, but one that several checks found only once. */
export function verifyText({ results, milliseconds }: VerifyRecord): string {
  const hosts = Map.groupBy(results, ({ host }) => host)
  const blocks = [...hosts].map(([host, list]) =>
    [...unreachableLines(host, list), ...checkLines(host, list)].join('\n'),
  )
  const number = (status: CheckResult['status']) => results.filter((one) => one.status === status).length
  const lost = number('unreachable')
  const counted = `${number('passed')} passed, ${number('failed')} failed, ${number('skipped')} skipped`
  const totals = `${count(results.length - lost, 'check')}: ${counted}${lost > 0 ? `; ${count(lost, 'host')} unreachable` : ''}`
  return `${[...blocks, `${totals}, ${(milliseconds / 1000).toFixed(1)} s`].join('\n\n')}\n`
}

/** For programs, schema `orchestrate/verify/1`: `results` with host, subject, title, status, problems (place, found, allowed), because. */
export function verifyJson(record: VerifyRecord): string {
  const { started, milliseconds, results } = record
  const exitCode = exitCodes[verifyExit(record)]
  return `${JSON.stringify({ schema: 'orchestrate/verify/1', started, milliseconds, exitCode, results }, undefined, 2)}\n`
}

/** For CI servers: a suite a host, a case a check. */
export function verifyJunit({ results, milliseconds }: VerifyRecord): string {
  const suites = [...Map.groupBy(results, ({ host }) => host)].map(([host, list]) => {
    const head = attributes({ name: host, hostname: host, ...counts(list) })
    return `  <testsuite${head}>\n${list.map(testCase).join('')}  </testsuite>\n`
  })
  const head = attributes({ name: 'orchestrate verify', ...counts(results), time: (milliseconds / 1000).toFixed(3) })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.join('')}</testsuites>\n`
}

const labels: Readonly<Record<string, string>> = { listeners: 'ports', tls: 'TLS', smtp: 'SMTP', dns: 'DNS' }

/** A subject as people read it. */
export function subjectLabel(subject: string): string {
  return labels[subject] ?? subject
}

function unreachableLines(host: string, list: readonly CheckResult[]): string[] {
  const lost = list.filter(({ status }) => status === 'unreachable')
  return lost.flatMap(({ problems }) =>
    problems.flatMap(({ found, allowed }) => [
      printable(`${host}: unreachable: ${found.startsWith(`${host}: `) ? found.slice(host.length + 2) : found}`),
      ...indent(hintLines(allowed, undefined), '  '),
    ]),
  )
}

function checkLines(host: string, list: readonly CheckResult[]): string[] {
  const checks = list.filter(({ status }) => status !== 'unreachable')
  return checks.length === 0 ? [] : [host, ...subjectLines(checks)]
}

function subjectLines(list: readonly CheckResult[]): string[] {
  return [...Map.groupBy(list, ({ subject }) => subject)].flatMap(([subject, all]) => {
    const failed = all.filter(({ status }) => status === 'failed')
    const passed = all.filter(({ status }) => status === 'passed').length
    const skipped = all.filter(({ status }) => status === 'skipped')
    const sign = failed.length > 0 ? '✗' : passed > 0 ? '✓' : '–'
    return [
      `  ${sign} ${subjectLabel(subject).padEnd(8)} ${passed} of ${all.length - skipped.length} as wanted`,
      ...[...Map.groupBy(failed, causeOf)].flatMap(([cause, same]) => failureLines(cause, same)),
      ...skipped.map(({ title, because }) => `      skipped: ${title}: ${because}`),
    ]
  })
}

/** What was found wherever it was found, if that is one thing. */
function causeOf({ problems }: CheckResult): string | undefined {
  const found = new Set(problems.map((problem) => problem.says ?? problem.found))
  return found.size === 1 ? [...found][0] : undefined
}

/** Several checks that found the same are one line; a single one says what was wanted. */
function failureLines(cause: string | undefined, failed: readonly CheckResult[]): string[] {
  if (cause === undefined || failed.length === 1)
    return failed.flatMap(({ title, problems }) => [`      not: ${title}`, ...problems.map(sentence)])
  const places = new Set(failed.flatMap(({ problems }) => problems.map(({ place }) => place)))
  return [printable(`      ${cause}: ${someOf([...places])} (${count(failed.length, 'check')})`)]
}

/** The first few of a list, and how many more there are. */
function someOf(words: readonly string[], most = 4): string {
  if (words.length <= most) return words.join(', ')
  return `${words.slice(0, most - 1).join(', ')} and ${words.length - most + 1} more`
}

function sentence({ place, found, allowed, says }: Problem): string {
  return printable(`        ${place}: ${says ?? `found ${found}; wanted ${allowed}`}`)
}

function testCase({ host, subject, title, status, problems, because }: CheckResult): string {
  const head = attributes({ classname: `${host}.${subject}`, name: title })
  if (status === 'passed') return `    <testcase${head}/>\n`
  if (status === 'skipped')
    return `    <testcase${head}><skipped${attributes({ message: because ?? '' })}/></testcase>\n`
  const text = problems.map((problem) => sentence(problem).trim()).join('\n')
  if (status === 'unreachable')
    return `    <testcase${head}>\n      <error${attributes({ message: text.split('\n')[0] ?? '' })}>${escapeXml(text)}</error>\n    </testcase>\n`
  return `    <testcase${head}>\n      <failure${attributes({ message: text.split('\n')[0] ?? '' })}>${escapeXml(text)}</failure>\n    </testcase>\n`
}

function counts(list: readonly CheckResult[]): Record<string, number> {
  const number = (status: CheckResult['status']) => list.filter((one) => one.status === status).length
  return {
    tests: list.length,
    failures: number('failed'),
    errors: number('unreachable'),
    skipped: number('skipped'),
  }
}
