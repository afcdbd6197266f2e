import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { exitCodes } from '../kernel/errors.ts'
import type { RunRecord } from '../model/events.ts'
import type { HostPlan } from '../model/plan.ts'
import { jsonReport } from '../report/json.ts'
import { junitReport } from '../report/junit.ts'
import { markdownReport } from '../report/markdown.ts'
import { plansText, textReport } from '../report/text.ts'
import { count, totalLine } from '../report/words.ts'
import { runFleet } from '../runtime/fleet.ts'
import type { FleetPorts, Target } from '../runtime/request.ts'
import { connectionOf } from './connection.ts'
import { evaluateInventory } from './evaluated.ts'
import type { Face } from './faces/face.ts'
import { chooseFace } from './faces/face.ts'
import { withInterrupts } from './interrupt.ts'
import { type Io, paintFor } from './io.ts'
import { limitEvaluated, limitRoles } from './limit.ts'
import { eventSink, resultSink } from './output.ts'
import { asker, confirmed } from './prompt.ts'

/** The forms a run's result can have. */
export type RunFormat = 'text' | 'json' | 'junit' | 'markdown'

/** What `apply` and `drift` have in common. */
export interface RunOptions {
  readonly command: 'apply' | 'drift'
  readonly inventory: string
  readonly limit?: string | undefined
  readonly roles?: readonly string[] | undefined
  readonly forks: number
  readonly dryRun: boolean
  readonly diff: boolean
  readonly verbose: boolean
  readonly format: RunFormat
  readonly output?: string | undefined
  readonly events?: string | undefined
  /** Ask a person before anything is changed. */
  readonly ask: boolean
}

/** Evaluates, runs on the fleet, shows it while it happens and reports; gives the exit code. */
export async function run(options: RunOptions, io: Io): Promise<number> {
  const targets = await targetsOf(options, io)
  const result = resultSink(options.output, io)
  const events = eventSink(options.events, io)
  const face = await chooseFace(io, { ...options, planOnly: options.dryRun || options.command === 'drift' })
  try {
    const record = await withInterrupts(io.stderr, (signal) =>
      onFleet({ options, targets, io, face, events, signal, planned: new Set() }),
    )
    await face.close()
    result(reportOf(record, options, io))
    if (options.output !== undefined) io.stderr.write(`${totalLine(record)}\n`)
    return exitCodes[record.exit]
  } finally {
    await face.close()
    events.close()
  }
}

interface Running {
  readonly options: RunOptions
  readonly targets: readonly Target[]
  readonly io: Io
  readonly face: Face
  readonly events: ReturnType<typeof eventSink>
  readonly signal: AbortSignal
  /** Hosts that have been read and planned. */
  readonly planned: Set<string>
}

async function onFleet(running: Running): Promise<RunRecord> {
  const { options, targets, signal } = running
  return runFleet(
    {
      command: options.command,
      run: runName(new Date()),
      owner: `${userInfo().username}@${hostname()}`,
      targets,
      forks: options.forks,
      dryRun: options.dryRun,
      contents: options.diff,
      confirm: options.ask ? (plans) => askPerson(plans, running) : undefined,
    },
    await portsOf(running),
    signal,
  )
}

async function portsOf({ io, face, events, signal, planned }: Running): Promise<FleetPorts> {
  const [{ connect }, { blobs }] = await Promise.all([
    import('../adapters/ssh/index.ts'),
    import('../adapters/blobs.ts'),
  ])
  const ask = asker(io, face)
  return {
    connect: ({ host, connection }, aborted) =>
      connect({ name: host.facts.name, ...connection }, { signal: aborted, ask }),
    emit: (event) => {
      if (event.type === 'planned') planned.add(event.host)
      events.event(event)
      face.event(event)
    },
    blob: blobs(undefined, { signal }),
    now: () => Date.now(),
    token: () => randomBytes(16).toString('hex'),
  }
}

async function targetsOf(options: RunOptions, io: Io): Promise<Target[]> {
  const evaluated = await evaluateInventory(options.inventory, io)
  const selected = limitEvaluated(options.limit, evaluated.hosts)
  return limitRoles(options.roles, selected).map((host) => ({
    host,
    connection: connectionOf(host.facts.name, evaluated),
  }))
}

async function askPerson(plans: readonly HostPlan[], running: Running): Promise<boolean> {
  const { options, io, face, signal, targets, planned } = running
  await face.pause()
  const { stderr, env } = io
  const paint = paintFor(stderr, env)
  stderr.write(plansText(plans, { paint, width: stderr.columns, diff: options.diff }))
  const lost = targets.map(({ host }) => host.facts.name).filter((name) => !planned.has(name))
  if (lost.length > 0) stderr.write(`${paint.red(`could not be read and are left out: ${lost.join(', ')}`)}\n\n`)
  const changes = plans.reduce((total, { steps }) => total + steps.length, 0)
  const agreed = await confirmed(`Make ${count(changes, 'change')} on ${count(plans.length, 'host')}?`, io, signal)
  face.resume()
  return agreed
}

function reportOf(record: RunRecord, { format, diff, output, ask }: RunOptions, { stdout, env }: Io): string {
  if (format === 'json') return jsonReport(record)
  if (format === 'junit') return junitReport(record)
  if (format === 'markdown') return markdownReport(record)
  if (output !== undefined) return textReport(record, { diff })
  return textReport(record, { paint: paintFor(stdout, env), width: stdout.columns, diff, brief: ask && stdout.isTTY })
}

/** Unique and in the order of time: `20261124T034856Z-3f9a`. */
function runName(now: Date): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`
}
