import { OrchestrateError } from '../../kernel/errors.ts'
import { failure, wordsOf } from './failure.ts'
import { type NamedConnection, resolveTarget, type Surroundings } from './resolve.ts'
import type { Target } from './target.ts'

/**
 * A host and all hosts on the way to it, the first to connect to first. A ProxyJump list is gone through in order; its first
 * host is reached as its own config says. Settled before the first packet, so that a circle is a usage error.
 */
export async function resolveChain(connection: NamedConnection, where: Surroundings): Promise<readonly Target[]> {
  let next = await resolveTarget(connection, where)
  const chain = [next]
  while (next.route.by === 'jump') {
    next = await resolveHop(next.route.hops, connection, where)
    chain.unshift(next)
    if (chain.length > mostHosts) throw endless(connection.name)
  }
  return chain
}

const mostHosts = 9

/** Passwords are for the host itself and never shown to a bastion; the inventory's key serves where its config has none. */
async function resolveHop(hops: readonly string[], connection: NamedConnection, where: Surroundings): Promise<Target> {
  const { identityFile, passphrase, configFile, knownHosts, connectTimeout } = connection
  const before = hops.slice(0, -1)
  const proxyJump = before.length > 0 ? before.join(',') : undefined
  const base = { configFile, knownHosts, connectTimeout, passphrase, proxyJump }
  const hop = { ...parseHop(hops.at(-1) ?? '', connection.name), ...base }
  const target = await resolveTarget(hop, where)
  return target.identities.named ? target : resolveTarget({ ...hop, identityFile }, where)
}

function endless(host: string): Error {
  const hint = `Look for a circle: ssh -G ${host} | grep -i proxyjump`
  return failure({ code: 'E_USAGE', host, message: `ProxyJump goes over more than ${mostHosts - 1} hosts`, hint })
}

/** Parses `[user@]host[:port]` or `ssh://[user@]host[:port]` (ssh(1), -J). */
export function parseHop(text: string, host: string): Pick<NamedConnection, 'name' | 'address' | 'user' | 'port'> {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d+))?\/?$/.exec(text)
  const address = match?.[2] ?? match?.[3]
  if (!match || !address) {
    const hint = 'Write ProxyJump as [user@]host[:port], several joined by commas'
    throw failure({ code: 'E_USAGE', host, message: `cannot read ProxyJump "${text}"`, hint })
  }
  return { name: address, address, user: match[1], port: match[4] === undefined ? undefined : Number(match[4]) }
}

/** A failure on the way, told in the name of the host that cannot be reached because of it. */
export function onTheWay(target: Target, error: unknown): unknown {
  if (!OrchestrateError.is(error)) return error
  const { message, code, exit, hint } = error
  return new OrchestrateError(`${target.name}: on the way over ${message}`, {
    code,
    exit,
    hint,
    host: target.name,
    cause: error,
  })
}

/** The bastion is there but does not pass us on. */
export function noPassage(target: Target, bastion: Target, cause: unknown): Error {
  const message = `${bastion.host} does not pass us on to ${target.host}:${target.port}: ${wordsOf(cause)}`
  const hint = `Try it from there: ssh -J ${bastion.user}@${bastion.host}:${bastion.port} -p ${target.port} ${target.user}@${target.host}`
  return failure({ code: 'E_CONNECT', host: target.name, message, hint, cause })
}
