import { Argument, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { didYouMean, usageError } from './usage.ts'

/** `INVENTORY`: path of the TypeScript file. */
export function inventoryArgument() {
  return new Argument('<INVENTORY>', 'TypeScript file that declares hosts and their playbook')
}

/** `ACTION`: what a command such as `dns` does with the inventory. */
export function actionArgument<const Action extends string>(command: string, actions: readonly Action[]) {
  return new Argument('<ACTION>', actions.join(' or ')).choices(actions).argParser((word: string) => {
    const action = actions.find((one) => one === word)
    if (action !== undefined) return action
    throw usageError(
      `unknown action '${word}'${didYouMean(word, actions)}\n  allowed: ${actions.join(', ')}`,
      `orchestrate ${command} INVENTORY ${actions.join('|')}`,
    )
  })
}

/** `--limit`: some of the hosts. */
export function limitOption() {
  return new Option('--limit <EXPR>', "only these hosts: names, globs, @groups, !exceptions, e.g. '@mail,!mx2'")
}

/** `--roles`: some of the roles. */
export function rolesOption() {
  return new Option('--roles <NAMES>', 'only these roles, comma separated').argParser(namesIn)
}

/** `--forks`: how many hosts at a time. */
export function forksOption() {
  return new Option('--forks <N>', 'hosts to work on in parallel').argParser(hostCount).default(10)
}

/** `--diff`: unified diffs. */
export function diffOption() {
  return new Option('--diff', 'show how the contents of files differ')
}

/** `--format`: one of a command's result formats, the first by default. */
export function formatOption<const Format extends string>(formats: readonly [Format, ...Format[]]) {
  return new Option('--format <FORMAT>', 'form of the result')
    .choices(formats)
    .argParser((word: string) => oneOf(word, formats))
    .default(formats[0] as Format)
}

/** `--output`: where the result goes. */
export function outputOption() {
  return new Option('--output <FILE>', 'write the result to a file (0600) instead of standard output')
}

/** `--events`: where the event stream goes. */
export function eventsOption() {
  return new Option('--events <FILE>', 'write every event as a line of JSON while it happens')
}

/** `--verbose`: a line for every step. */
export function verboseOption() {
  return new Option('--verbose', 'a line for every stage and step instead of live rows')
}

/** One of the allowed words, or an error that lists them. */
export function oneOf<const Word extends string>(word: string, allowed: readonly Word[]): Word {
  const found = allowed.find((one) => one === word)
  if (found === undefined) throw new InvalidArgumentError(`Allowed: ${allowed.join(', ')}${didYouMean(word, allowed)}`)
  return found
}

function namesIn(list: string): string[] {
  const names = list.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Allowed: names of roles, separated by commas.')
  return names
}

function hostCount(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < 1 || number > 1000)
    throw new InvalidArgumentError('Allowed: a whole number from 1 to 1000.')
  return number
}
