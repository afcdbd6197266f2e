import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { exitCodes, OrchestrateError } from '../kernel/errors.ts'
import { didYouMean, usageError } from './usage.ts'

const HELP = `Usage: orchestrate lab COMMAND

A fleet of AlmaLinux-9-shaped hosts on this machine, in a network that leads nowhere else. Needs root.

  up [--hosts N|NAME,…] [--image IMAGE]   start mx1 and mx2, or N hosts mx1 … mxN, or the named ones
  down                                    remove hosts, network and namespace
  status                                  hosts, addresses, and what to type next
  ssh HOST [-- COMMAND]                   a shell or a command on a host

IMAGE (or $ORCHESTRATE_LAB_IMAGE) is used as it is; without it an image is built once and cached.
`

const HELP_HINT = 'orchestrate lab --help'
const COMMANDS = ['up', 'down', 'status', 'ssh']
const MAX_HOSTS = 50

type Lab = typeof import('../../test/lab/index.ts')

/** `orchestrate lab …`; gives the exit code. */
export async function labCommand(args: string[]): Promise<number> {
  const [command = '', ...rest] = args
  if (command === '--help' || command === '-h' || rest[0] === '--help' || rest[0] === '-h') {
    process.stdout.write(HELP)
    return exitCodes.ok
  }
  if (!COMMANDS.includes(command)) {
    const found = command === '' ? 'lab needs a command' : `lab has no command '${command}'`
    const commands = `\n  commands: ${COMMANDS.join(', ')}`
    throw usageError(`${found}${didYouMean(command, COMMANDS)}${commands}`, HELP_HINT)
  }
  try {
    return await dispatch(command, rest, await loadLab())
  } catch (error) {
    if (OrchestrateError.is(error) || !(error instanceof Error)) throw error
    throw new OrchestrateError(error.message, { code: 'E_LAB', exit: 'failed', cause: error })
  }
}

/** The lab is part of the source tree, not of the published package. */
async function loadLab(): Promise<Lab> {
  const url = new URL('../../test/lab/index.ts', import.meta.url)
  if (existsSync(fileURLToPath(url))) return (await import(url.href)) as Lab
  throw usageError('the published package does not contain the lab', 'clone the repository and run it from there')
}

async function dispatch(command: string, args: readonly string[], lab: Lab): Promise<number> {
  if (command === 'up') return up(lab, args)
  if (command === 'ssh') return ssh(lab, args)
  parseOptions(args, [])
  if (command === 'down') await lab.down()
  return status(lab)
}

async function up(lab: Lab, args: readonly string[]): Promise<number> {
  const { hosts, image } = parseOptions(args, ['hosts', 'image'])
  const wanted = hosts === undefined ? lab.standardHosts(2) : parseHosts(lab, hosts)
  const interrupt = new AbortController()
  const abort = () => interrupt.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort)
  try {
    await lab.up({ hosts: wanted, image, signal: interrupt.signal })
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    process.stderr.write('interrupted; what was being made has been removed\n')
    return exitCodes.interrupted
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, abort)
  }
  return status(lab)
}

async function status(lab: Lab): Promise<number> {
  const { hosts, sshConfig } = await lab.status()
  const width = Math.max(...hosts.map(({ fqdn }) => fqdn.length), 0)
  for (const { name, ip, state, fqdn, image } of hosts) {
    process.stdout.write(`${name.padEnd(6)} ${ip.padEnd(13)} ${state.padEnd(8)} ${fqdn.padEnd(width)} ${image}\n`)
  }
  const [first] = hosts
  process.stdout.write(
    first
      ? `\nnext:  orchestrate lab ssh ${first.name}\n       ssh -F ${sshConfig} ${first.name}\n`
      : 'the lab is down\n\nnext:  orchestrate lab up\n',
  )
  return exitCodes.ok
}

async function ssh(lab: Lab, args: readonly string[]): Promise<number> {
  const [host = '', separator, ...command] = args
  const names = (await lab.status()).hosts.map(({ name }) => name)
  if (names.length === 0) throw usageError('the lab is down', 'orchestrate lab up')
  if (!names.includes(host)) {
    const found = host === '' ? 'lab ssh needs a host' : `the lab has no host '${host}'`
    throw usageError(`${found}${didYouMean(host, names)}\n  hosts: ${names.join(', ')}`, 'orchestrate lab status')
  }
  return lab.sshInto(host, separator === undefined || separator === '--' ? command : [separator, ...command])
}

/** `3` or `mx1,mx4`. */
function parseHosts(lab: Lab, text: string) {
  const wrong = () => usageError(`--hosts '${text}': a number up to ${MAX_HOSTS}, or names such as mx1,mx4`, HELP_HINT)
  const numbers = /^\d+$/.test(text) ? [] : text.split(',').map((name) => Number(/^mx(\d{1,2})$/.exec(name)?.[1]))
  const highest = numbers.length === 0 ? Number(text) : Math.max(...numbers)
  if (!(highest >= 1 && highest <= MAX_HOSTS) || numbers.includes(0)) throw wrong()
  return numbers.length === 0 ? lab.standardHosts(highest) : [...new Set(numbers)].map(lab.standardHost)
}

/** `--name value` and `--name=value`; refuses what is not in `known`. */
function parseOptions(args: readonly string[], known: readonly string[]): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {}
  const words = args.flatMap((arg) =>
    /^--[a-z]+=/.test(arg) ? [arg.replace(/=.*/s, ''), arg.replace(/^[^=]*=/, '')] : arg,
  )
  for (let i = 0; i < words.length; i += 2) {
    const [word = '', value] = [words[i], words[i + 1]]
    const options = known.map((name) => `--${name}`)
    if (!options.includes(word)) {
      const allowed = options.length > 0 ? `\n  options: ${options.join(', ')}` : ''
      throw usageError(`unexpected '${word}'${didYouMean(word, options)}${allowed}`, HELP_HINT)
    }
    if (!value || value.startsWith('--')) throw usageError(`${word} needs a value`, HELP_HINT)
    found[word.slice(2)] = value
  }
  return found
}
