// `npm test`: the checks, then every project of tests, one after the other; ends with one line that adds them up.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as lab from './lab/index.ts'

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const projects = ['unit', 'session', 'e2e', 'mail'] as const
type Project = (typeof projects)[number]

// The mail flows bring their own hosts up.
const labHosts: { readonly [project in Project]?: readonly lab.LabHost[] } = { e2e: lab.standardHosts(2), mail: [] }

const asked = process.argv.slice(2)
const chosen = projects.filter((project) => asked.length === 0 || asked.includes(project))
const reports = await mkdtemp(join(tmpdir(), 'orchestrate-test-'))
const counts: Count[] = []
const labWasUp = (await lab.status()).hosts.length > 0
let broken = false
try {
  if (asked.length === 0) broken = (await run(['npm', 'run', '--silent', 'check'])) !== 0
  for (const project of chosen) {
    const count = await runProject(project)
    counts.push(count)
    if (count.passed === 0) {
      broken = true
      process.stderr.write(`project ${project} ran no test\n`)
    }
  }
} finally {
  // A lab that was up before belongs to somebody at work; one of our own would be in the next checkout's way.
  if (!labWasUp && chosen.some((project) => labHosts[project])) await lab.down()
  await rm(reports, { recursive: true, force: true })
}
const sum = (of: keyof Count) => counts.reduce((total, count) => total + count[of], 0)
process.stdout.write(
  `\n${sum('passed')} passed, ${sum('failed') + (broken ? 1 : 0)} failed, ${sum('skipped')} skipped\n`,
)
process.exitCode = broken || sum('failed') > 0 ? 1 : 0

async function runProject(project: Project): Promise<Count> {
  const outputFile = join(reports, `${project}.json`)
  const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', project]
  const command = [...vitest, '--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`]
  process.stderr.write(`\n== ${project}\n`)
  if (project === 'mail') await lab.ensureBrowser()
  const hosts = labHosts[project]
  const code = await run(hosts ? await insideLab(hosts, command) : command)
  if (code !== 0) broken = true
  return countOf(outputFile)
}

// Tests on lab hosts run inside the lab's network namespace: from anywhere else its addresses are not the lab.
async function insideLab(hosts: readonly lab.LabHost[], command: readonly string[]): Promise<string[]> {
  await lab.up({ hosts })
  return ['nsenter', '--net=/run/netns/orchestrate-lab', '--', ...command]
}

async function countOf(outputFile: string): Promise<Count> {
  try {
    const report = JSON.parse(await readFile(outputFile, 'utf8')) as Record<string, number>
    return {
      passed: report['numPassedTests'] ?? 0,
      failed: report['numFailedTests'] ?? 0,
      skipped: (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0),
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

function run([program = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
