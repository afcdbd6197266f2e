import type { Problem } from '../kernel/errors.ts'
import { attributes, escapeXml } from './junit.ts'

/** One check and how it ended. */
export interface CheckResult {
  readonly host: string
  /** What it is about; reports group by it. */
  readonly subject: string
  /** What was checked, as a statement that should be true. */
  readonly title: string
  readonly status: 'passed' | 'failed' | 'skipped'
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

/** Whether anything failed. */
export function anyFailed({ results }: Pick<VerifyRecord, 'results'>): boolean {
  return results.some(({ status }) => status === 'failed')
}

/** For people: subjects in a line each, failures in full. */
export function verifyText({ results, milliseconds }: VerifyRecord): string {
  const hosts = Map.groupBy(results, ({ host }) => host)
  const blocks = [...hosts].map(([host, list]) => `${host}\n${subjectLines(list).join('\n')}`)
  const count = (status: CheckResult['status']) => results.filter((one) => one.status === status).length
  const totals = `${results.length} checks: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
  return `${[...blocks, `${totals}, ${(milliseconds / 1000).toFixed(1)} s`].join('\n\n')}\n`
}

/** For programs, schema `orchestrate/verify/1`: `results` with host, subject, title, status, problems (place, found, allowed), because. */
export function verifyJson(record: VerifyRecord): string {
  const { started, milliseconds, results } = record
  const exitCode = anyFailed(record) ? 1 : 0
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

function subjectLines(list: readonly CheckResult[]): string[] {
  return [...Map.groupBy(list, ({ subject }) => subject)].flatMap(([subject, all]) => {
    const failed = all.filter(({ status }) => status === 'failed')
    const passed = all.filter(({ status }) => status === 'passed').length
    const skipped = all.filter(({ status }) => status === 'skipped')
    const sign = failed.length > 0 ? '✗' : passed > 0 ? '✓' : '–'
    return [
      `  ${sign} ${subjectLabel(subject).padEnd(8)} ${passed} of ${all.length - skipped.length} as wanted`,
      ...failed.flatMap(({ title, problems }) => [`      not: ${title}`, ...problems.map(sentence)]),
      ...skipped.map(({ title, because }) => `      skipped: ${title}: ${because}`),
    ]
  })
}

function sentence({ place, found, allowed }: CheckResult['problems'][number]): string {
  return `        ${place}: found ${found}; wanted ${allowed}`
}

function testCase({ host, subject, title, status, problems, because }: CheckResult): string {
  const head = attributes({ classname: `${host}.${subject}`, name: title })
  if (status === 'passed') return `    <testcase${head}/>\n`
  if (status === 'skipped')
    return `    <testcase${head}><skipped${attributes({ message: because ?? '' })}/></testcase>\n`
  const text = problems.map((problem) => sentence(problem).trim()).join('\n')
  return `    <testcase${head}>\n      <failure${attributes({ message: text.split('\n')[0] ?? '' })}>${escapeXml(text)}</failure>\n    </testcase>\n`
}

function counts(list: readonly CheckResult[]): Record<string, number> {
  const count = (status: CheckResult['status']) => list.filter((one) => one.status === status).length
  return { tests: list.length, failures: count('failed'), skipped: count('skipped') }
}
