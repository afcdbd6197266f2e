import { OrchestrateError } from '../kernel/errors.ts'
import { type CheckResult, checked, skipped } from '../mail/checks/check.ts'
import { dialogues } from '../mail/checks/dialogues.ts'
import {
  type HostState,
  hostStateScript,
  parseHostState,
  queueProblems,
  secretProblems,
} from '../mail/checks/host-state.ts'
import { hiddenListeners, listenerProblems } from '../mail/checks/listeners.ts'
import { policyPages, policyProblems } from '../mail/checks/policy.ts'
import { handshakeProblems, handshakes, handshakeTitle } from '../mail/checks/tls.ts'
import type { PublicKey } from '../mail/dns/record.ts'
import { fleetRecords } from '../mail/dns/records.ts'
import { checkRecords } from './verify-dns.ts'
import { verifyMail } from './verify-mail.ts'
import type { VerifyOptions, VerifyPorts, VerifyTarget } from './verify-ports.ts'

/** A domain of nobody (RFC 6761), for mail that must be refused. */
const stranger = 'relay-test.example.com'

/** Verifies all hosts; each check ends with a result, whatever the others do. */
export async function verifyFleet(
  targets: readonly VerifyTarget[],
  options: VerifyOptions,
  ports: VerifyPorts,
): Promise<CheckResult[]> {
  const states = new Map<string, HostState>()
  const results = await Promise.all(targets.map((target) => verifyHost(target, { targets, options, ports, states })))
  const dns = options.dns ? await verifyDns(targets, states, ports) : []
  for (const result of dns) ports.report(result)
  return [...results.flat(), ...dns]
}

interface Fleet {
  readonly targets: readonly VerifyTarget[]
  readonly options: VerifyOptions
  readonly ports: VerifyPorts
  readonly states: Map<string, HostState>
}

/** One host's checks run one after the other: parallel strangers would meet its rate limits. */
async function verifyHost(target: VerifyTarget, fleet: Fleet): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const keep = (found: readonly CheckResult[]) => {
    for (const result of found) fleet.ports.report(result)
    results.push(...found)
  }
  keep(await handshakeChecks(target, fleet))
  keep(await policyChecks(target, fleet))
  keep(await dialogueChecks(target, fleet))
  keep(await verifyMail(target, fleet.targets, fleet.options, fleet.ports))
  keep(await stateChecks(target, fleet))
  return results
}

async function handshakeChecks({ host }: VerifyTarget, { options, ports }: Fleet): Promise<CheckResult[]> {
  const judging = { now: ports.now(), days: options.days, trusted: host.tls.source !== 'selfsigned-lab' }
  const here = await ports.ownAddress(host.address)
  const results: CheckResult[] = []
  for (const handshake of handshakes(host, here)) {
    const seen = await ports.shake(host.address, handshake)
    results.push(checked(host.name, 'tls', handshakeTitle(handshake), handshakeProblems(handshake, seen, judging)))
  }
  const hidden = hiddenListeners(host, here).map(({ port, what, from }) =>
    skipped(
      host.name,
      'tls',
      `TLS on ${port} (${what})`,
      `${here}, this machine, is not in ${[from].flat().join(', ')}`,
    ),
  )
  return [...results, ...hidden]
}

async function policyChecks({ host }: VerifyTarget, { ports }: Fleet): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const page of policyPages(host)) {
    const title = `the MTA-STS policy at ${page.name} is the declared one`
    results.push(checked(host.name, 'web', title, policyProblems(page, await ports.fetchPage(host.address, page))))
  }
  return results
}

async function dialogueChecks({ host }: VerifyTarget, { ports }: Fleet): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const dialogue of dialogues(host, stranger)) {
    results.push(checked(host.name, 'smtp', dialogue.title, await ports.converse(host.address, dialogue)))
  }
  return results
}

async function stateChecks({ host }: VerifyTarget, { ports, states }: Fleet): Promise<CheckResult[]> {
  try {
    const state = await readState(host.name, ports)
    states.set(host.name, state)
    return [
      checked(
        host.name,
        'listeners',
        'ports are open as declared and no others',
        listenerProblems(host, state.listeners),
      ),
      checked(host.name, 'queue', 'the mail queue is empty', queueProblems(state.queue)),
      checked(host.name, 'secrets', 'files with secrets are closed to others', secretProblems(state.secrets)),
    ]
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    const problem = { place: host.name, found: error.message, allowed: error.hint ?? 'an SSH session' }
    return [checked(host.name, 'listeners', 'the host can be asked', [problem])]
  }
}

async function readState(host: string, ports: VerifyPorts): Promise<HostState> {
  const session = await ports.connect(host)
  try {
    const { stdout } = await session.run(hostStateScript, { timeoutMs: 60_000 })
    return parseHostState(stdout)
  } finally {
    await session.close()
  }
}

async function verifyDns(
  targets: readonly VerifyTarget[],
  states: ReadonlyMap<string, HostState>,
  ports: VerifyPorts,
): Promise<CheckResult[]> {
  const keys = new Map<string, readonly PublicKey[]>([...states].map(([host, state]) => [host, state.keys]))
  const { records, missing } = fleetRecords(
    targets.map(({ host }) => host),
    keys,
  )
  const fleet = targets.length === 1 ? (targets[0]?.host.name ?? 'fleet') : 'fleet'
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
        { place: `${name} ${type}`, found: because, allowed: 'a key on the host' },
      ]),
    ),
  ]
}
