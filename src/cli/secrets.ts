import { Command } from '@commander-js/extra-typings'
import { inventoryArgument } from './flags.ts'
import type { Shell } from './io.ts'
import type { SecretsVerb } from './secrets-run.ts'
import { usageError } from './usage.ts'

/** `orchestrate secrets …`: the passwords and keys of an inventory, encrypted with age beside it. */
export function secretsCommand({ io, end }: Shell) {
  const run = async (verb: SecretsVerb, inventory: string, names: readonly string[] = []) => {
    const { runSecrets } = await import('./secrets-run.ts')
    end(await runSecrets({ verb, inventory, names }, io))
  }
  const verb = (name: SecretsVerb, summary: string) =>
    new Command(name).description(summary).addArgument(inventoryArgument())

  const init = verb('init', 'make identity and store; generate every secret that roles declare and the store lacks')
  const set = verb('set', 'store a value from standard input, or asked for on the terminal')
    .argument('<NAME>', 'name of the secret')
    // A value given on the command line must reach our own refusal: commander would repeat it.
    .allowExcessArguments()
  const get = verb('get', 'print a value').argument('<NAME>', 'name of the secret')
  const edit = verb('edit', 'change all values in your editor, as JSON that is never on disk')
  const list = verb('list', 'names, who needs them, and which are missing')
  const rekey = verb('rekey', 'encrypt the store for you and these age recipients, and for nobody else').argument(
    '[RECIPIENT...]',
    'public keys that begin with age1',
  )
  return new Command('secrets')
    .summary('the passwords and keys of an inventory, encrypted beside it')
    .description(
      'The passwords and keys of an inventory, encrypted with age in NAME.secrets.age beside NAME.ts, which is fit for ' +
        'version control. The identity that opens the store is ~/.config/orchestrate/identity or $ORCHESTRATE_IDENTITY; ' +
        'keep a copy of it in a safe place. Nothing is contacted.',
    )
    .addCommand(init.action((inventory) => run('init', inventory)))
    .addCommand(
      set.action((inventory, name, _options, { args }) => {
        refuseValue(inventory, name, args.length > 2)
        return run('set', inventory, [name])
      }),
    )
    .addCommand(get.action((inventory, name) => run('get', inventory, [name])))
    .addCommand(edit.action((inventory) => run('edit', inventory)))
    .addCommand(list.action((inventory) => run('list', inventory)))
    .addCommand(rekey.action((inventory, recipients) => run('rekey', inventory, recipients)))
}

function refuseValue(inventory: string, name: string, surplus: boolean): void {
  if (!surplus && !name.includes('=')) return
  throw usageError(
    'a value on the command line can be read in the shell history and the process list; nothing was stored',
    `run \`orchestrate secrets set ${inventory} ${name.split('=')[0]}\` and type it, or pipe it in; and change that value if it is in use`,
  )
}
