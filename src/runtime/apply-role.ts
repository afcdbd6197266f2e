import { applyScript, type Mark, parseMark } from '../engine/apply-script.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { masker } from '../kernel/mask.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Step } from '../model/plan.ts'
import type { BlobRef } from '../model/resource.ts'
import type { Session } from '../model/session.ts'
import type { FleetPorts } from './request.ts'

/** One role's changes on one host. */
export interface RoleApplication {
  readonly session: Session
  readonly role: string
  readonly steps: readonly Step[]
  /** Steps of the roles behind it. */
  readonly next: readonly Step[]
  readonly run: string
  readonly ports: FleetPorts
  /** The host's secrets: like those in the role's own script, they are taken out of what daemons print. */
  readonly secrets: readonly Secret[]
  /** Told how many of the role's changes stand, each time that number changes. */
  readonly onStanding: (changes: number) => void
}

/** What a role's script has said so far. */
interface Progress {
  readonly done: Set<string>
  failed?: Extract<Mark, { mark: 'failed' }>
  rolledBack?: Extract<Mark, { mark: 'rolled-back' }>
  lockLost: boolean
  /** Places of steps that failed when they were to run again with the old files. */
  readonly notAgain: number[]
}

const roleTimeout = 3_600_000

/** Runs a role's script; gives the steps that were done (fewer when it was asked to stop) or throws E_STEP or E_LOCKED. */
export async function applyRole(application: RoleApplication): Promise<Step[]> {
  const { session, role, steps, next, run, ports, secrets, onStanding } = application
  const token = ports.token()
  const progress: Progress = { done: new Set(), lockLost: false, notAgain: [] }
  const onLine = (line: string) => {
    const mark = parseMark(line, token)
    if (!mark) return
    take(mark, progress)
    if (mark.mark === 'begin' || mark.mark === 'done')
      ports.emit({ type: mark.mark === 'begin' ? 'step-started' : 'step-done', host: session.host, role, id: mark.id })
    // The file at which it failed is rolled back too, and was never done.
    onStanding(Math.max(0, progress.done.size - (progress.rolledBack?.back ?? 0)))
  }
  const { script, blobs } = applyScript({ run, role, token, steps, next })
  const bytes = await fetchBlobs(blobs, ports)
  const { code, stderr } = await session.run(script, { onLine, timeoutMs: roleTimeout, blobs: bytes })
  if (progress.lockLost) throw lockLost(session.host, run)
  if (!progress.failed && code === 0) return steps.filter(({ resource }) => progress.done.has(resource.id))
  throw failure(application, progress, {
    mask: masker([...secrets, ...script.secrets()]),
    ending: `exit ${code}: ${stderr.trim().slice(-400)}`,
  })
}

function take(mark: Mark, progress: Progress): void {
  if (mark.mark === 'done') progress.done.add(mark.id)
  if (mark.mark === 'failed') progress.failed = mark
  if (mark.mark === 'rolled-back') progress.rolledBack = mark
  if (mark.mark === 'not-again') progress.notAgain.push(mark.index)
  if (mark.mark === 'lock-lost') progress.lockLost = true
}

async function fetchBlobs(blobs: readonly BlobRef[], ports: FleetPorts): Promise<ReadonlyMap<string, Uint8Array>> {
  const fetched = new Map<string, Uint8Array>()
  for (const { name, sha256, source } of blobs) {
    if (!fetched.has(name)) fetched.set(name, await ports.blob({ ...source, sha256 }))
  }
  return fetched
}

function lockLost(host: string, run: string): OrchestrateError {
  return new OrchestrateError(`${host}: the lock of this run (${run}) was taken away; nothing more is changed there`, {
    code: 'E_LOCKED',
    exit: 'refused',
    host,
    hint: 'somebody ran orchestrate unlock, or this machine was silent for minutes; see who works on the host, then run again',
  })
}

function failure(
  { session: { host }, role, steps, ports }: RoleApplication,
  { failed, rolledBack, notAgain }: Progress,
  { mask, ending }: { mask: (text: string) => string; ending: string },
): OrchestrateError {
  const details = { code: 'E_STEP', exit: 'failed', host } as const
  if (!failed) return new OrchestrateError(`role ${role} on ${host} ended with ${mask(ending)}`, details)
  const said = mask(failed.log.trim())
  ports.emit({ type: 'step-failed', host, role, id: failed.id, message: said })
  const { back = 0, lost = 0, log = '' } = rolledBack ?? {}
  const down = notAgain.flatMap((index) => steps[index]?.resource.id ?? [])
  const head = [
    `${failed.id} failed in role ${role}`,
    ...(back > 0 ? [`${back} ${back === 1 ? 'file was' : 'files were'} rolled back`] : []),
    ...(lost > 0 ? [`${lost} ${lost === 1 ? 'file' : 'files'} could not be put back`] : []),
    ...down.map((id) => `${id} failed with the old files too`),
  ]
  const why = lost > 0 || down.length > 0 ? mask(log.trim()) : ''
  return new OrchestrateError([head.join('; '), said, why].filter((text) => text !== '').join('\n'), {
    ...details,
    hint: 'correct the cause and run the command again; it goes on where this one stopped',
  })
}
