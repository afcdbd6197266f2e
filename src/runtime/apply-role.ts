import { applyScript } from '../engine/apply-script.ts'
import { type Mark, parseMark } from '../engine/marks.ts'
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

const roleTimeout = 3_600_000

/** Runs a role's script; gives the steps that were done (fewer when it was asked to stop) or throws E_STEP. */
export async function applyRole({ session, role, steps, next, run, ports, ...more }: RoleApplication): Promise<Step[]> {
  const token = ports.token()
  const host = session.host
  const done = new Set<string>()
  let failed: (Mark & { mark: 'failed' }) | undefined
  let rolledBack = 0
  const onLine = (line: string) => {
    const mark = parseMark(line, token)
    if (mark?.mark === 'begin') ports.emit({ type: 'step-started', host, role, id: mark.id })
    if (mark?.mark === 'done') {
      done.add(mark.id)
      ports.emit({ type: 'step-done', host, role, id: mark.id })
    }
    if (mark?.mark === 'failed') failed = mark
    if (mark?.mark === 'rolled-back') rolledBack = mark.files
    // The file at which it failed is rolled back too, and was never done.
    if (mark) more.onStanding(Math.max(0, done.size - rolledBack))
  }
  const { script, blobs } = applyScript({ run, role, token, steps, next })
  const bytes = await fetchBlobs(blobs, ports)
  const { code, stderr } = await session.run(script, { onLine, timeoutMs: roleTimeout, blobs: bytes })
  if (!failed && code === 0) return steps.filter(({ resource }) => done.has(resource.id))
  const mask = masker([...more.secrets, ...script.secrets()])
  if (failed) throw stepFailed(host, role, failed, rolledBack, { ports, mask })
  throw new OrchestrateError(`role ${role} on ${host} ended with exit ${code}: ${mask(stderr.trim().slice(-400))}`, {
    code: 'E_STEP',
    exit: 'failed',
    host,
  })
}

async function fetchBlobs(blobs: readonly BlobRef[], ports: FleetPorts): Promise<ReadonlyMap<string, Uint8Array>> {
  const fetched = new Map<string, Uint8Array>()
  for (const { name, sha256, source } of blobs) {
    if (!fetched.has(name)) fetched.set(name, await ports.blob({ ...source, sha256 }))
  }
  return fetched
}

function stepFailed(
  host: string,
  role: string,
  { id, log }: Mark & { mark: 'failed' },
  rolledBack: number,
  { ports, mask }: { ports: FleetPorts; mask: (text: string) => string },
): OrchestrateError {
  const said = mask(log.trim())
  ports.emit({ type: 'step-failed', host, role, id, message: said })
  const undone = rolledBack > 0 ? `; ${rolledBack} file${rolledBack === 1 ? ' was' : 's were'} rolled back` : ''
  return new OrchestrateError(`${id} failed in role ${role}${undone}${said ? `\n${said}` : ''}`, {
    code: 'E_STEP',
    exit: 'failed',
    host,
    hint: 'mend the cause and run the command again; it goes on where this one stopped',
  })
}
