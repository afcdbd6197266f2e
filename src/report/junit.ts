import type { HostResult, RunRecord } from '../model/events.ts'
import type { Step } from '../model/plan.ts'
import { changeWords, count, symbols } from './words.ts'

/** A run as JUnit XML: one suite a host, a failed case for each resource that differs by itself, an error for a host that failed. */
export function junitReport(record: RunRecord): string {
  const suites = record.hosts.map((host) => suite(host, record.started))
  const sum = (of: (host: HostResult) => number) => record.hosts.reduce((total, host) => total + of(host), 0)
  const head = attributes({
    name: `orchestrate ${record.command}`,
    tests: sum(testCount),
    failures: sum(failureCount),
    errors: sum(errorCount),
    time: seconds(record.milliseconds),
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.join('')}</testsuites>\n`
}

function suite(host: HostResult, started: string): string {
  const head = attributes({
    name: host.host,
    hostname: host.host,
    tests: testCount(host),
    failures: failureCount(host),
    errors: errorCount(host),
    time: seconds(host.milliseconds),
    timestamp: started.replace(/\.\d+Z$/, ''),
  })
  return `  <testsuite${head}>\n${[...cases(host), ...error(host)].join('')}  </testsuite>\n`
}

function cases({ host, status, plan }: HostResult): string[] {
  if (!plan) return []
  const kept = `    <testcase${attributes({ classname: host, name: `${count(plan.kept, 'resource')} as declared` })}/>\n`
  const found = plan.undeclared.map(({ role, id, what }) => {
    const head = attributes({ classname: `${host}.${role}`, name: `${id} undeclared` })
    if (status !== 'drift') return `    <testcase${head}/>\n`
    const failure = `<failure${attributes({ type: 'undeclared', message: what })}>${escapeXml(what)}</failure>`
    return `    <testcase${head}>\n      ${failure}\n    </testcase>\n`
  })
  return [kept, ...plan.steps.map((step) => testCase(host, step, status === 'drift')), ...found]
}

function testCase(host: string, { role, resource, change, consequence }: Step, drift: boolean): string {
  const head = attributes({ classname: `${host}.${role}`, name: resource.id })
  if (!drift || consequence) return `    <testcase${head}/>\n`
  const words = changeWords(change)
  const message = `${symbols[change.action]} ${words.join(', ') || change.action}`
  const diffs = 'differences' in change ? change.differences.flatMap(({ diff }) => (diff ? [diff.trimEnd()] : [])) : []
  const failure = `<failure${attributes({ type: change.action, message })}>${escapeXml([...words, ...diffs].join('\n'))}</failure>`
  return `    <testcase${head}>\n      ${failure}\n    </testcase>\n`
}

function error(result: HostResult): string[] {
  if (errorCount(result) === 0) return []
  const { host, status, message = status, hint, code = status } = result
  const body = escapeXml([message, ...(hint ? [`→ ${hint}`] : [])].join('\n'))
  const head = attributes({ type: code, message: message.split('\n')[0] ?? '' })
  return [
    `    <testcase${attributes({ classname: host, name: status })}>\n      <error${head}>${body}</error>\n    </testcase>\n`,
  ]
}

function testCount({ plan, ...result }: HostResult): number {
  return (plan ? plan.steps.length + plan.undeclared.length + 1 : 0) + errorCount(result)
}

function failureCount({ status, plan }: HostResult): number {
  if (status !== 'drift' || !plan) return 0
  return plan.steps.filter(({ consequence }) => !consequence).length + plan.undeclared.length
}

function errorCount({ status }: Pick<HostResult, 'status'>): number {
  return ['failed', 'unreachable', 'refused', 'interrupted'].includes(status) ? 1 : 0
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}

/** Attributes of an XML element, each with its leading blank. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('')
}

/** Text for XML 1.0, which has no spelling at all for most control characters. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
