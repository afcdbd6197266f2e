import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { exitCodes, OrchestrateError } from '../kernel/errors.ts'
import type { Io, Shell } from './io.ts'
import { didYouMean, usageError } from './usage.ts'

const mostHosts = 50

type Lab = typeof import('../../test/lab/index.ts')

/** `orchestrate lab …`: a fleet of hosts on this machine, to try things on. */
export function labCommand({ io, end }: Shell) {
  const run = async (work: (lab: Lab) => Promise<number>) => end(await withLab(work))
  const up = new Command('up')
    .description('start mx1 and mx2, or N hosts mx1 … mxN, or the named ones')
    .addOption(new Option('--hosts <N|NAME,…>', 'how many hosts, or which').argParser(hostNumbers).default([1, 2], '2'))
    .option('--image <IMAGE>', 'use this image ($ORCHESTRATE_LAB_IMAGE) instead of building one')
  const down = new Command('down').description('remove hosts, network and namespace')
  const status = new Command('status').description('hosts, addresses, and what to type next')
  const ssh = new Command('ssh')
    .description('a shell or a command on a host')
    .usage('HOST [-- COMMAND...]')
    .argument('<HOST>', 'name of a running host')
    .argument('[COMMAND...]', 'what to run there instead of a shell')
    .passThroughOptions()
  return new Command('lab')
    .summary('a fleet of AlmaLinux-9-shaped hosts on this machine')
    .description(
      'A fleet of AlmaLinux-9-shaped hosts on this machine, in a network that leads nowhere else. Needs root. ' +
        'Without --image an image is built once and cached.',
    )
    .enablePositionalOptions()
    .addCommand(up.action(({ hosts, image }) => run((lab) => start(lab, hosts, image, io))))
    .addCommand(
      down.action(() =>
        run(async (lab) => {
          await lab.down()
          return showStatus(lab, io)
        }),
      ),
    )
    .addCommand(status.action(() => run((lab) => showStatus(lab, io))))
    .addCommand(ssh.action((host, command) => run((lab) => login(lab, host, command))))
}

async function withLab(work: (lab: Lab) => Promise<number>): Promise<number> {
  const lab = await loadLab()
  try {
    return await work(lab)
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

async function start(lab: Lab, hosts: readonly number[], image: string | undefined, io: Io): Promise<number> {
  const interrupt = new AbortController()
  const abort = () => interrupt.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort)
  try {
    await lab.up({ hosts: hosts.map(lab.standardHost), image, signal: interrupt.signal })
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    io.stderr.write('interrupted; what was being made has been removed\n')
    return exitCodes.interrupted
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, abort)
  }
  return showStatus(lab, io)
}

async function showStatus(lab: Lab, { stdout }: Io): Promise<number> {
  const { hosts, sshConfig } = await lab.status()
  const width = Math.max(...hosts.map(({ fqdn }) => fqdn.length), 0)
  for (const { name, ip, state, fqdn, image } of hosts) {
    stdout.write(`${name.padEnd(6)} ${ip.padEnd(13)} ${state.padEnd(8)} ${fqdn.padEnd(width)} ${image}\n`)
  }
  const [first] = hosts
  stdout.write(
    first
      ? `\nnext:  orchestrate lab ssh ${first.name}\n       ssh -F ${sshConfig} ${first.name}\n`
      : 'the lab is down\n\nnext:  orchestrate lab up\n',
  )
  return exitCodes.ok
}

async function login(lab: Lab, host: string, command: readonly string[]): Promise<number> {
  const names = (await lab.status()).hosts.map(({ name }) => name)
  if (names.length === 0) throw usageError('the lab is down', 'orchestrate lab up')
  if (!names.includes(host)) {
    throw usageError(
      `the lab has no host '${host}'${didYouMean(host, names)}\n  hosts: ${names.join(', ')}`,
      'orchestrate lab status',
    )
  }
  return lab.sshInto(host, command)
}

/** `3` or `mx1,mx4`, as the numbers of the hosts. */
function hostNumbers(text: string): number[] {
  const count = /^\d+$/.test(text) ? Number(text) : undefined
  const numbers =
    count === undefined
      ? text.split(',').map((name) => Number(/^mx(\d{1,2})$/.exec(name)?.[1]))
      : Array.from({ length: Math.min(count, mostHosts + 1) }, (_, index) => index + 1)
  const usable = numbers.length > 0 && numbers.every((number) => number >= 1 && number <= mostHosts)
  if (!usable) throw new InvalidArgumentError(`Allowed: a number up to ${mostHosts}, or names such as mx1,mx4.`)
  return [...new Set(numbers)]
}
