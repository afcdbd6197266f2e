import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '../../model/session.ts'
import { type ConfigLine, configFor, type HostConfig, readConfig } from './config-file.ts'
import { sshError } from './errors.ts'
import { knownName } from './host-keys.ts'
import { expandHome, expandPath, expandTokens, type Tokens } from './patterns.ts'
import type { KeySettings, Route, SshTarget } from './target.ts'

/** The account on the controller whose ssh config, keys and environment are used. */
export interface LocalUser {
  readonly name: string
  readonly home: string
  readonly environment: NodeJS.ProcessEnv
}

/** The account that runs this process. */
export function thisUser(): LocalUser {
  return { name: userInfo().username, home: homedir(), environment: process.env }
}

/** A connection of the inventory, with the name that messages use. */
export type NamedConnection = Connection & { readonly name: string }

/** More hosts than this in a chain mean that ProxyJump goes in a circle. */
const mostHosts = 9

/**
 * A host and all hosts on the way to it, in the order of connecting. A ProxyJump list is followed in order; its first host
 * is reached as its own config says. Resolved before the first packet, so that a circle is a usage error.
 */
export async function resolveChain(connection: NamedConnection, local: LocalUser): Promise<readonly SshTarget[]> {
  let next = await resolveTarget(connection, local)
  const chain = [next]
  while (next.route.by === 'jump') {
    next = await resolveHop(next.route.hops, connection, local)
    chain.unshift(next)
    if (chain.length > mostHosts) throw tooManyHops(connection.name)
  }
  return chain
}

/** Passwords are for the host itself and never sent to a bastion; the inventory's key is used if the config names none. */
async function resolveHop(hops: readonly string[], connection: NamedConnection, local: LocalUser): Promise<SshTarget> {
  const { identityFile, passphrase, configFile, knownHosts, connectTimeout } = connection
  const before = hops.slice(0, -1)
  const proxyJump = before.length > 0 ? before.join(',') : undefined
  const base = { configFile, knownHosts, connectTimeout, passphrase, proxyJump }
  const hop = { ...parseHop(hops.at(-1) ?? '', connection.name), ...base }
  const target = await resolveTarget(hop, local)
  return target.keys.named ? target : resolveTarget({ ...hop, identityFile }, local)
}

function tooManyHops(host: string): Error {
  const hint = `Look for a circle: ssh -G ${host} | grep -i proxyjump`
  return sshError({ code: 'E_USAGE', host, message: `ProxyJump goes over more than ${mostHosts - 1} hosts`, hint })
}

/** Parses `[user@]host[:port]` or `ssh://[user@]host[:port]` (ssh(1), -J). */
export function parseHop(text: string, host: string): Pick<NamedConnection, 'name' | 'address' | 'user' | 'port'> {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d+))?\/?$/.exec(text)
  const address = match?.[2] ?? match?.[3]
  if (!match || !address) {
    const hint = 'Write ProxyJump as [user@]host[:port], several joined by commas'
    throw sshError({ code: 'E_USAGE', host, message: `cannot read ProxyJump "${text}"`, hint })
  }
  return { name: address, address, user: match[1], port: match[4] === undefined ? undefined : Number(match[4]) }
}

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const defaultTimeoutSeconds = 20

/** Resolves how a host is reached: inventory over ssh config over defaults. StrictHostKeyChecking has no effect. */
export async function resolveTarget(connection: NamedConnection, local: LocalUser): Promise<SshTarget> {
  const { name, address: alias } = connection
  const lines = await configLines(connection, local)
  const config = await configFor(lines, { alias, user: connection.user, localUser: local.name })
  const word = (keyword: string) => config.values.get(keyword)?.words[0]
  const host = expandTokens(word('hostname') ?? alias, { h: alias, n: alias })
  const port = connection.port ?? Number(word('port') ?? 22)
  const user = connection.user ?? word('user') ?? local.name
  const tokens = tokensOf({ alias, host, port, user }, local)
  return {
    name,
    host,
    port,
    user,
    route: routeOf(connection, config, tokens),
    keys: keySettings(connection, config, tokens, local),
    password: connection.password,
    knownHosts: knownHostsFiles(connection, config, tokens, local),
    knownName: knownName(host, port, word('hostkeyalias')),
    timeoutMs: 1_000 * (connection.connectTimeout ?? seconds(word('connecttimeout'))),
  }
}

function configLines({ name, configFile }: NamedConnection, { home }: LocalUser): Promise<readonly ConfigLine[]> {
  if (configFile === 'none') return Promise.resolve([])
  return readConfig({ host: name, file: expandHome(configFile ?? join(home, '.ssh/config'), home), home })
}

function tokensOf(at: { alias: string; host: string; port: number; user: string }, local: LocalUser): Tokens {
  const { alias: n, host: h, port, user: r } = at
  const long = hostname()
  return { h, n, p: String(port), r, u: local.name, d: local.home, l: long, L: long.split('.')[0] ?? long, k: n }
}

function routeOf({ proxyJump, proxyCommand }: Connection, { values }: HostConfig, tokens: Tokens): Route {
  const declared = proxyJump ?? proxyCommand
  // In the config, the first of the two wins (ssh_config(5), ProxyJump).
  const first = [...values.keys()].find((keyword) => keyword === 'proxyjump' || keyword === 'proxycommand')
  const jump = declared === undefined && first === 'proxyjump' ? values.get('proxyjump')?.value : proxyJump
  const command = declared === undefined && first === 'proxycommand' ? values.get('proxycommand')?.value : proxyCommand
  const route = expandTokens(jump ?? command ?? 'none', tokens)
  if (route.toLowerCase() === 'none') return { by: 'tcp' }
  return jump === undefined
    ? { by: 'command', command: route }
    : { by: 'jump', hops: route.split(',').map((hop) => hop.trim()) }
}

function keySettings(connection: Connection, config: HostConfig, tokens: Tokens, local: LocalUser): KeySettings {
  const { home, environment } = local
  const path = (text: string) => expandPath(text, tokens, environment, home)
  const named = connection.identityFile === undefined ? config.identityFiles : [connection.identityFile]
  const files =
    named.length > 0 ? named.filter((file) => file.toLowerCase() !== 'none') : defaultKeys.map((key) => `~/.ssh/${key}`)
  return {
    files: files.map(path),
    named: named.length > 0,
    only: config.values.get('identitiesonly')?.words[0]?.toLowerCase() === 'yes',
    agent: agentSocket(config.values.get('identityagent')?.words[0], environment, path),
    passphrase: connection.passphrase,
  }
}

function agentSocket(
  declared: string | undefined,
  environment: NodeJS.ProcessEnv,
  path: (text: string) => string,
): string | undefined {
  if (declared === undefined || declared === 'SSH_AUTH_SOCK') return environment['SSH_AUTH_SOCK'] || undefined
  if (declared.toLowerCase() === 'none') return
  return declared.startsWith('$') && !declared.startsWith('${') ? environment[declared.slice(1)] : path(declared)
}

function knownHostsFiles(connection: Connection, { values }: HostConfig, tokens: Tokens, local: LocalUser): string[] {
  const path = (text: string) => expandPath(text, tokens, local.environment, local.home)
  if (connection.knownHosts !== undefined) return connection.knownHosts.split(/\s+/).filter(Boolean).map(path)
  const own = values.get('userknownhostsfile')?.words ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
  const shared = values.get('globalknownhostsfile')?.words ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  return [...own, ...shared].filter((file) => file.toLowerCase() !== 'none').map(path)
}

function seconds(declared: string | undefined): number {
  const given = Number(declared)
  return given > 0 ? given : defaultTimeoutSeconds
}
