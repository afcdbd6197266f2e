import { connect } from '../adapters/ssh/index.ts'
import { type ExitName, exitCodes, OrchestrateError } from '../kernel/errors.ts'
import { highestExit } from '../report/exit.ts'
import { unlockHost } from '../runtime/unlock.ts'
import { connectionOf } from './connection.ts'
import { evaluateInventory } from './evaluated.ts'
import { withInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'
import { limitEvaluated } from './limit.ts'
import { confirmed } from './prompt.ts'

/** What `orchestrate unlock` is asked. */
export interface UnlockOptions {
  readonly inventory: string
  readonly limit?: string | undefined
  /** Ask a person before a run is ended. */
  readonly ask: boolean
}

/** Unlocks one host after the other; exit 0 if none of them is locked any more. */
export async function unlock({ inventory, limit, ask }: UnlockOptions, io: Io): Promise<number> {
  if (ask && !(io.keyboard && io.stderr.isTTY)) {
    throw new OrchestrateError('unlock asks before it ends a run, and here is no terminal to ask on', {
      code: 'E_DENIED',
      exit: 'refused',
      hint: `orchestrate unlock ${inventory} --yes`,
    })
  }
  const evaluated = await evaluateInventory(inventory, io)
  const hosts = limitEvaluated(limit, evaluated.hosts)
  return withInterrupts(io.stderr, async (signal) => {
    const exits: ExitName[] = []
    for (const {
      facts: { name },
    } of hosts) {
      const { exit, words } = await unlockHost(name, {
        connect: () => connect({ name, ...connectionOf(name, evaluated) }, { signal }),
        agree: async (shown) => {
          io.stderr.write(`${shown}\n`)
          return !ask || (await confirmed(`End this run and unlock ${name}?`, io, signal))
        },
      })
      io.stdout.write(`${name}  ${words}\n`)
      exits.push(exit)
    }
    return exitCodes[highestExit(exits)]
  })
}
