import { unfinishedScript } from '../engine/lock.ts'
import { parseProbe, probeScript } from '../engine/probe.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { masker } from '../kernel/mask.ts'
import { printable } from '../kernel/printable.ts'
import { lines, raw, type Script } from '../kernel/sh.ts'
import type { Observed } from '../model/change.ts'
import type { HostDeclaration } from '../model/plan.ts'
import type { ResourceId } from '../model/resource.ts'
import type { Session } from '../model/session.ts'

/** What one look at a host needs. */
export interface LookRequest {
  readonly declared: HostDeclaration
  readonly token: string
  readonly contents: boolean
  readonly signal?: AbortSignal | undefined
  /** Runs before the probe in the same command; the probe runs only if it does not exit. */
  readonly before?: Script | undefined
}

/** What was seen, and what `before` printed. */
export interface Look {
  readonly seen: ReadonlyMap<ResourceId, Observed<unknown>>
  readonly before: string
  /** A lock or journal lies there: a run is under way, or one ended half way. */
  readonly unfinished: boolean
}

const probeTimeout = 180_000

/** Reads a host's whole declared state in one command and checks that it is the platform the inventory says. */
export async function look(session: Session, request: LookRequest): Promise<Look> {
  const { declared, token } = request
  const script = lines([
    ...(request.before ? [request.before] : []),
    raw(
      `printf '\\n%s\\n' '${token} platform'; sed -n '/^PLATFORM_ID=/p; /^PRETTY_NAME=/p' /etc/os-release 2>/dev/null`,
    ),
    unfinishedScript,
    probeScript(declared, token, { contents: request.contents }),
    raw(`printf '\\n%s\\n' '${token} end'`),
  ])
  const { stdout, stderr, code } = await session.run(script, { signal: request.signal, timeoutMs: probeTimeout })
  const platformAt = stdout.indexOf(`\n${token} platform\n`)
  const before = platformAt < 0 ? stdout : stdout.slice(0, platformAt)
  if (platformAt < 0 && request.before) return { seen: new Map(), before, unfinished: true }
  const head = stdout.slice(platformAt).split('\n', 5)
  checkPlatform(session.host, head)
  if (!stdout.includes(`\n${token} end\n`)) {
    const said = masker(script.secrets())(stderr.trim().slice(-400))
    throw new OrchestrateError(`the probe of ${session.host} ended early (exit ${code}): ${said}`, {
      code: 'E_PROBE',
      exit: 'failed',
      host: session.host,
      hint: 'run the command again with --verbose; if it stays, please report it',
    })
  }
  return { seen: parseProbe(declared, token, stdout), before, unfinished: head.includes('unfinished') }
}

/** Reads what os-release(5) says: Debian has no PLATFORM_ID, but every system has a name. */
function checkPlatform(host: string, head: readonly string[]): void {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(head.join('\n'))?.[1]
  if (value('PLATFORM_ID') === 'platform:el9') return
  const found = printable(value('PRETTY_NAME') ?? 'a system without /etc/os-release')
  throw new OrchestrateError(`${host} is ${found}; EL9 is needed`, {
    code: 'E_PLATFORM',
    exit: 'failed',
    host,
    hint: 'install AlmaLinux 9 (or another EL9) on it, or take it out of the inventory',
  })
}
