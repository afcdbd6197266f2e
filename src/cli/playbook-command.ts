import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import type { CommandContext, PlaybookCommand } from '../dsl/command.ts'
import { exitCodes } from '../kernel/errors.ts'
import { serverOption } from './dns.ts'
import { actionArgument, formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Io, Shell } from './io.ts'
import { usageError } from './usage.ts'

/**
 * The commands that playbooks bring along, for a command line: those of the inventory that it names, else those of the
 * playbooks in this package, so that help and completion know them. A built-in command needs none of them.
 */
export async function playbookCommands(
  args: readonly string[],
  builtIn: readonly string[],
  { cwd }: Pick<Io, 'cwd'>,
): Promise<readonly PlaybookCommand[]> {
  const words = args[0] === '__complete' ? args.slice(1) : args
  const [first, second] = words[0] === 'help' ? words.slice(1) : words
  const settled =
    first !== undefined &&
    (first.startsWith('-') ||
      (builtIn.includes(first) && args !== words ? second !== undefined : builtIn.includes(first)))
  if (settled) return []
  const inventory = args.find((word) => /\.[cm]?[jt]s$/.test(word) && existsSync(resolve(cwd, word)))
  if (inventory !== undefined) {
    const { loadInventory } = await import('./load.ts')
    // A broken inventory is told by the command itself.
    const loaded = await loadInventory(inventory, cwd).catch(() => undefined)
    if (loaded) return loaded.inventory.playbook.commands ?? []
  }
  return shippedCommands()
}

async function shippedCommands(): Promise<readonly PlaybookCommand[]> {
  const folder = new URL('../../playbooks/', import.meta.url)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
  const modules = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<{ default?: { commands?: PlaybookCommand[] } }>),
  )
  return modules.flatMap((module) => module.default?.commands ?? [])
}

/** A command of a playbook on the command line: `orchestrate NAME INVENTORY ACTION`. */
export function playbookCommand(command: PlaybookCommand, { io, end }: Shell) {
  const { name, summary, description, actions } = command
  return new Command(name)
    .summary(summary)
    .description(description)
    .addArgument(inventoryArgument())
    .addArgument(actionArgument(name, actions))
    .addOption(limitOption())
    .addOption(serverOption())
    .addOption(formatOption(['text', 'json']))
    .addOption(outputOption())
    .action(async (inventory, action, { limit, server, format, output }) => {
      const [{ asker }, { connect }, { connectionOf }, { evaluateInventory }, { limitEvaluated }, { resultSink }] =
        await Promise.all([
          import('../adapters/dns/answers.ts'),
          import('../adapters/ssh/index.ts'),
          import('./connection.ts'),
          import('./evaluated.ts'),
          import('./limit.ts'),
          import('./output.ts'),
        ])
      const evaluated = await evaluateInventory(inventory, io)
      const hosts = limitEvaluated(limit, evaluated.hosts)
      const hostsWith: CommandContext['hostsWith'] = (role) => {
        const found = hosts.filter(({ declaration }) => declaration.roles.some((one) => one.role === role.name))
        if (found.length === 0)
          throw usageError(
            `${inventory} has no host with role ${role.name}`,
            'give a host that role, or change --limit',
          )
        // The sections were checked by the very schemas of this role.
        return found.map(({ facts, vars }) => ({ host: facts, vars: vars as never }))
      }
      const result = resultSink(output, io)
      const done = await command.run({
        action,
        format,
        hostsWith,
        connect: (host) => connect({ name: host, ...connectionOf(host, evaluated) }),
        answers: asker(server ? [server] : []).answers,
      })
      result(done.output)
      end(exitCodes[done.exit])
    })
}
