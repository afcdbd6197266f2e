import { Argument, Command } from '@commander-js/extra-typings'
import { asker } from '../adapters/dns/answers.ts'
import { connect } from '../adapters/ssh/index.ts'
import type { CommandContext, PlaybookCommand } from '../dsl/command.ts'
import { exitCodes } from '../kernel/errors.ts'
import { connectionOf } from './connection.ts'
import { serverOption } from './dns.ts'
import { evaluateInventory } from './evaluated.ts'
import { formatOption, inventoryArgument, limitOption, oneOf, outputOption } from './flags.ts'
import { limitEvaluated } from './limit.ts'
import { resultSink } from './output.ts'
import type { Shell } from './shell.ts'
import { usageError } from './usage.ts'

/** A command of a playbook on the command line: `orchestrate NAME INVENTORY ACTION`. */
export function playbookCommand(command: PlaybookCommand, { io, end }: Shell) {
  const { name, summary, description, actions } = command
  return new Command(name)
    .summary(summary)
    .description(description)
    .addArgument(inventoryArgument())
    .addArgument(
      new Argument('<ACTION>', actions.join(' or ')).choices(actions).argParser((word: string) => oneOf(word, actions)),
    )
    .addOption(limitOption())
    .addOption(serverOption())
    .addOption(formatOption(['text', 'json']))
    .addOption(outputOption())
    .action(async (inventory, action, { limit, server, format, output }) => {
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
