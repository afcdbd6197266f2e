import type { EvaluatedHost } from '../../../src/dsl/evaluate.ts'
import type { Script } from '../../../src/kernel/sh.ts'
import type { RunEvent } from '../../../src/model/events.ts'
import type { RoleResources } from '../../../src/model/plan.ts'
import type { RunOptions, Session } from '../../../src/model/session.ts'
import { runFleet } from '../../../src/runtime/fleet.ts'
import type { FleetPorts, FleetRequest, Target } from '../../../src/runtime/request.ts'

const token = 'token'

/** How a host answers; what is left out goes well. */
export interface Behaviour {
  /** What each look sees of `thing:KEY`, one look after the other; the last one stays. */
  readonly looks: readonly Readonly<Record<string, string>>[]
  readonly platform?: string
  /** What taking the lock prints. */
  readonly lock?: string
  /** Marks of a role's script, without the token; `undefined` does all that it is asked. */
  readonly role?: (role: string) => readonly string[] | undefined
  /** Called before each script, with what it is: `look`, `lock`, `role NAME`, `unlock`, `unlock clean`, `stop`. */
  readonly before?: (what: string) => void | Promise<void>
}

/** A host that is only a session: it writes down what is asked of it. */
export class FakeHost {
  readonly log: string[] = []
  readonly events: RunEvent[] = []
  readonly #behaviour: Behaviour
  #looks = 0

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour
  }

  /** Runs a command on it. */
  async run(roles: readonly RoleResources[], more: Partial<FleetRequest> = {}, signal = new AbortController().signal) {
    const request: FleetRequest = {
      command: 'apply',
      run: 'r1',
      owner: 'me@here',
      targets: [targetOf(roles)],
      forks: 1,
      dryRun: false,
      contents: false,
      ...more,
    }
    const { hosts, exit } = await runFleet(request, this.#ports(), signal)
    const [result] = hosts
    if (!result) throw new TypeError('no result')
    return { ...result, exit }
  }

  /** What it told people. */
  get notes(): string[] {
    return this.events.flatMap((event) => (event.type === 'note' ? [event.message] : []))
  }

  #ports(): FleetPorts {
    const session: Session = {
      host: 'mx1',
      run: (script, options = {}) => this.#answer(script, options),
      close: async () => void this.log.push('close'),
    }
    return {
      connect: async () => session,
      emit: (event) => void this.events.push(event),
      now: () => 0,
      token: () => token,
      blob: async () => new Uint8Array(),
    }
  }

  async #answer(script: Script, { onLine }: RunOptions) {
    const text = String(script)
    const what = whatIs(text)
    this.log.push(what)
    await this.#behaviour.before?.(what)
    if (what === 'look' || what === 'lock') return { code: 0, stdout: this.#look(what === 'lock'), stderr: '' }
    if (!what.startsWith('role ')) return { code: 0, stdout: '', stderr: '' }
    const marks = this.#behaviour.role?.(what.slice(5)) ?? [
      ...[...text.matchAll(/^mark done (\S+)$/gm)].map(([, id]) => `done ${id}`),
      'role-done',
    ]
    for (const mark of marks) onLine?.(`${token} ${mark}`)
    return { code: marks.some((mark) => mark.startsWith('failed')) ? 1 : 0, stdout: '', stderr: '' }
  }

  #look(withLock: boolean): string {
    const { looks, platform = 'platform:el9', lock = 'locked\n' } = this.#behaviour
    if (withLock && !lock.includes('locked\n')) return lock
    const seen = looks[Math.min(this.#looks, looks.length - 1)] ?? {}
    this.#looks += 1
    const lines = Object.entries(seen).map(([key, value]) => `${key} ${value}`)
    const sections = [`platform\nPLATFORM_ID="${platform}"`, ['thing', ...lines].join('\n'), 'thing end', 'end']
    return (withLock ? lock : '') + sections.map((section) => `\n${token} ${section}\n`).join('')
  }
}

function whatIs(text: string): string {
  const role = /^token=token run=r1 role=(\S+) /m.exec(text)?.[1]
  if (role) return `role ${role}`
  if (text.includes(`${token} platform`)) return text.includes('mine="$$') ? 'lock' : 'look'
  if (text.includes('stop-r1') && text.startsWith('case')) return 'stop'
  return text.includes('close_changes') ? 'unlock clean' : 'unlock'
}

function targetOf(roles: readonly RoleResources[]): Target {
  const host = {
    facts: { name: 'mx1' },
    declaration: { host: 'mx1', roles },
    secrets: [],
  } as unknown as EvaluatedHost
  return { host, connection: { address: 'mx1' } }
}
