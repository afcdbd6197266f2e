import type { CheckOutcome, CheckTools, InsideCheck, LiveCheck, OutsideCheck } from '../dsl/check.ts'
import type { EvaluatedHost } from '../dsl/evaluate.ts'
import type { Slot } from '../dsl/slot.ts'
import { checkRecords } from '../engine/compare-records.ts'
import { fleetRecords, type HostSources, isOnHost } from '../engine/fleet-records.ts'
import { framed, framedAnswer } from '../engine/framed.ts'
import { listenerProblems, listListeners, mayReach, parseListeners } from '../engine/listeners.ts'
import { listSecretFiles, secretProblems } from '../engine/secret-files.ts'
import { OrchestrateError, type Problem } from '../kernel/errors.ts'
import type { Script } from '../kernel/sh.ts'
import type { Answer, DnsType, HostRecords } from '../model/dns.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Session } from '../model/session.ts'
import { type CheckResult, subjectLabel } from '../report/verify.ts'

/** The edge of a verification: every effect it has. */
export interface VerifyPorts {
  connect(host: string): Promise<Session>
  /** This machine's address as a host sees it, if that can be told. */
  ownAddress(address: string): Promise<string | undefined>
  /** What checks over the network use, but for what the verification itself knows. */
  tools(address: string): Omit<CheckTools, 'host' | 'days' | 'seconds' | 'provided' | 'token' | 'now' | 'wait'>
  answers(name: string, type: DnsType): Promise<readonly Answer[]>
  token(): string
  now(): number
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>
  report(result: CheckResult): void
}

/** How strictly is judged. */
export interface VerifyOptions {
  /** Days that a certificate must still be valid for. */
  readonly days: number
  /** Seconds that a message may take. */
  readonly seconds: number
  /** Ask DNS about the records too. */
  readonly dns: boolean
}

/** Carries out the checks of all hosts, side by side; each check ends with a result, whatever the others do. */
export async function verifyFleet(
  hosts: readonly EvaluatedHost[],
  options: VerifyOptions,
  ports: VerifyPorts,
): Promise<CheckResult[]> {
  const reached = await Promise.all(hosts.map((host) => reach(host, ports)))
  // What a host that is down provides is no use to the checks of the others.
  const up = hosts.filter((_host, at) => !isDown(reached[at]))
  const verified = await Promise.all(reached.map((one) => verifyHost(one, up, options, ports)))
  const dns = options.dns ? await verifyDns(hosts, verified, ports) : []
  for (const result of dns) ports.report(result)
  return [...verified.flatMap(({ results }) => results), ...dns]
}

interface Verified {
  readonly results: readonly CheckResult[]
  /** What the scripts of its records printed; `undefined` if it could not be asked. */
  readonly printed: HostSources['printed']
}

/** A host with its session, or why there is none. */
interface Reached {
  readonly host: EvaluatedHost
  readonly session: Session | OrchestrateError
}

async function reach(host: EvaluatedHost, ports: VerifyPorts): Promise<Reached> {
  const session = await ports.connect(host.facts.name).catch((error: unknown) => {
    if (OrchestrateError.is(error)) return error
    throw error
  })
  return { host, session }
}

/** There is no connection to it, in contrast to a host that refuses our login: nobody else would reach it either. */
function isDown(one: Reached | undefined): boolean {
  return one !== undefined && OrchestrateError.is(one.session) && one.session.code === 'E_CONNECT'
}

/** One host's checks run one after the other: many strangers at once would meet its limits. */
async function verifyHost(
  reached: Reached,
  hosts: readonly EvaluatedHost[],
  options: VerifyOptions,
  ports: VerifyPorts,
): Promise<Verified> {
  const { host } = reached
  const results: CheckResult[] = []
  const keep = (result: CheckResult) => {
    ports.report(result)
    results.push(result)
  }
  const tools: CheckTools = {
    ...ports.tools(host.facts.address),
    host: host.facts,
    days: options.days,
    seconds: options.seconds,
    provided: (slot) => providedBy(hosts, slot),
    token: ports.token,
    now: ports.now,
    wait: ports.wait,
  }
  if (!isDown(reached)) for (const result of await outsideChecks(host, tools, ports, keep)) keep(result)
  const { inside, printed } = await askHost(reached, ports)
  for (const result of inside) keep(result)
  return { results, printed }
}

/** The checks over the network; gives those that this machine cannot make, one for each endpoint. */
async function outsideChecks(
  { facts, checks }: EvaluatedHost,
  tools: CheckTools,
  ports: VerifyPorts,
  keep: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const here = await ports.ownAddress(facts.address)
  const hidden = new Map<string, CheckResult>()
  for (const check of checks.filter((one) => 'run' in one)) {
    if (check.endpoint && !mayReach(check.endpoint, here)) {
      const result = outOfReach(facts.name, check, check.endpoint, here)
      if (result) hidden.set(result.title, result)
      continue
    }
    const result = resultOf(facts.name, check, await outcomeOf(check, tools))
    if (result) keep(result)
  }
  return [...hidden.values()]
}

async function outcomeOf(check: OutsideCheck, tools: CheckTools): Promise<CheckOutcome> {
  try {
    return await check.run(tools)
  } catch (error) {
    return [
      { place: tools.host.name, found: error instanceof Error ? error.message : String(error), allowed: check.title },
    ]
  }
}

function resultOf(host: string, { subject, title }: LiveCheck, outcome: CheckOutcome): CheckResult | undefined {
  if (outcome === 'not applicable') return undefined
  if ('skipped' in outcome) return { host, subject, title, status: 'skipped', problems: [], because: outcome.skipped }
  return checked(host, subject, title, outcome)
}

function checked(host: string, subject: string, title: string, problems: readonly Problem[]): CheckResult {
  return { host, subject, title, status: problems.length > 0 ? 'failed' : 'passed', problems }
}

/** An endpoint that others are let in to. What nobody but the host may reach is no check of a stranger at all. */
function outOfReach(
  host: string,
  { subject }: OutsideCheck,
  { port, purpose, exposure }: Endpoint,
  here: string | undefined,
): CheckResult | undefined {
  if (typeof exposure === 'string' || exposure.length === 0) return undefined
  const title = `${subjectLabel(subject)} on ${port} (${purpose})`
  const because = `${here}, this machine, is not in ${exposure.join(', ')}`
  return { host, subject, title, status: 'skipped', problems: [], because }
}

/** What only the host can say, in one command: listeners, files with secrets, the checks of its roles, values of records. */
async function askHost(
  { host, session }: Reached,
  ports: VerifyPorts,
): Promise<{ inside: CheckResult[]; printed: HostSources['printed'] }> {
  const { name } = host.facts
  const checks = [...builtIn(host), ...host.checks.filter((one) => 'script' in one)]
  const sources = host.records.filter(isOnHost)
  try {
    if (OrchestrateError.is(session)) throw session
    const answer = await ask(session, [...checks, ...sources], ports)
    const inside = checks.map((check) => {
      const output = answer(check)
      const broken = { place: check.title, found: 'no answer', allowed: 'an answer of the host' }
      return checked(name, check.subject, check.title, output === undefined ? [broken] : check.judge(output))
    })
    return { inside, printed: (source) => answer(source) }
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    const { message: found, hint: allowed = 'an SSH session', exit } = error
    const status = exit === 'unreachable' ? exit : 'failed'
    const result = { host: name, subject: 'host', title: 'the host can be asked', status } as const
    return { inside: [{ ...result, problems: [{ place: name, found, allowed }] }], printed: undefined }
  }
}

/** True of every host, whatever its roles are. */
function builtIn({ endpoints, declaration }: EvaluatedHost): InsideCheck[] {
  const files = declaration.roles.flatMap(({ resources }) => resources.flatMap(({ secretFiles }) => secretFiles))
  return [
    {
      subject: 'listeners',
      title: 'ports are open as declared and no others',
      script: listListeners,
      judge: (output) => listenerProblems(endpoints, parseListeners(output)),
    },
    {
      subject: 'secrets',
      title: 'files with secrets are closed to others',
      script: listSecretFiles(files),
      judge: secretProblems,
    },
  ]
}

/** Runs scripts on a host in one command and ends its session; gives what each printed. */
async function ask<One extends { readonly script: Script }>(
  session: Session,
  asked: readonly One[],
  ports: Pick<VerifyPorts, 'token'>,
): Promise<(one: { readonly script: Script }) => string | undefined> {
  const token = ports.token()
  try {
    const script = framed(
      asked.map(({ script: own }, index) => [String(index), own]),
      token,
    )
    const { stdout } = await session.run(script, { timeoutMs: 60_000 })
    const answers = new Map(asked.map((one, index) => [one.script, framedAnswer(stdout, token, String(index))]))
    return ({ script: own }) => answers.get(own)
  } finally {
    await session.close()
  }
}

/** What each host says of its records, for `dns`: hosts are asked side by side, each in one command. */
export async function askRecords(
  hosts: readonly EvaluatedHost[],
  ports: Pick<VerifyPorts, 'connect' | 'token'>,
): Promise<HostSources[]> {
  return Promise.all(
    hosts.map(async ({ facts, records }) => {
      const onHost: readonly HostRecords[] = records.filter(isOnHost)
      const printed = onHost.length > 0 ? await ask(await ports.connect(facts.name), onHost, ports) : () => undefined
      return { host: facts.name, sources: records, printed }
    }),
  )
}

async function verifyDns(
  hosts: readonly EvaluatedHost[],
  verified: readonly Verified[],
  ports: VerifyPorts,
): Promise<CheckResult[]> {
  const { records, missing } = fleetRecords(
    hosts.map(({ facts, records }, at) => {
      const printed = verified[at]?.printed
      // Why a host could not be asked is told with its checks.
      return { host: facts.name, sources: printed ? records : records.filter((one) => !isOnHost(one)), printed }
    }),
  )
  const fleet = hosts.length === 1 ? (hosts[0]?.facts.name ?? 'fleet') : 'fleet'
  const results = await checkRecords(records, ports.answers)
  return [
    ...results.map(({ record, problems }) =>
      checked(
        fleet,
        'dns',
        `${record.name} ${record.type} is published${record.optional ? ' or absent' : ''}`,
        problems,
      ),
    ),
    ...missing.map(({ name, type, because }) =>
      checked(fleet, 'dns', `${name} ${type} is known`, [
        { place: `${name} ${type}`, found: because, allowed: 'a value that the host knows' },
      ]),
    ),
  ]
}

function providedBy<Value>(hosts: readonly EvaluatedHost[], slot: Slot<Value>) {
  return hosts.flatMap(({ facts, provided }) =>
    provided.filter((one) => one.slot === slot).map(({ value }) => ({ host: facts, value: value as Value })),
  )
}
