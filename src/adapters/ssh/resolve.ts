import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '../../model/session.ts'
import { type ConfigLine, readConfig } from './config-lines.ts'
import { expandHome, expandPath, expandTokens, type Tokens } from './expand.ts'
import { knownName } from './known-hosts.ts'
import { configFor, type HostConfig } from './ssh-config.ts'
import type { Identities, Route, Target } from './target.ts'

/** The controller's side of a connection: whose home and environment are meant. */
export interface Surroundings {
  readonly home: string
  readonly user: string
  readonly environment: NodeJS.ProcessEnv
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
  return { home: homedir(), user: userInfo().username, environment: process.env }
}

/** A connection of the inventory, with the name that messages use. */
export type NamedConnection = Connection & { readonly name: string }

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const defaultTimeoutSeconds = 20

/** Settles how a host is reached: inventory over ssh config over defaults. StrictHostKeyChecking cannot weaken anything. */
export async function resolveTarget(connection: NamedConnection, where: Surroundings): Promise<Target> {
  const { name, address: alias } = connection
  const lines = await configLines(connection, where)
  const config = await configFor(lines, { alias, user: connection.user, localUser: where.user })
  const word = (keyword: string) => config.values.get(keyword)?.words[0]
  const host = expandTokens(word('hostname') ?? alias, { h: alias, n: alias })
  const port = connection.port ?? Number(word('port') ?? 22)
  const user = connection.user ?? word('user') ?? where.user
  const tokens = tokensOf({ alias, host, port, user }, where)
  return {
    name,
    host,
    port,
    user,
    route: routeOf(connection, config, tokens),
    identities: identitiesOf(connection, config, tokens, where),
    password: connection.password,
    knownHosts: knownHostsOf(connection, config, tokens, where),
    knownName: knownName(host, port, word('hostkeyalias')),
    timeoutMs: 1_000 * (connection.connectTimeout ?? seconds(word('connecttimeout'))),
  }
}

function configLines({ name, configFile }: NamedConnection, { home }: Surroundings): Promise<readonly ConfigLine[]> {
  if (configFile === 'none') return Promise.resolve([])
  return readConfig({ host: name, file: expandHome(configFile ?? join(home, '.ssh/config'), home), home })
}

function tokensOf(at: { alias: string; host: string; port: number; user: string }, where: Surroundings): Tokens {
  const { alias: n, host: h, port, user: r } = at
  const long = hostname()
  return { h, n, p: String(port), r, u: where.user, d: where.home, l: long, L: long.split('.')[0] ?? long, k: n }
}

function routeOf({ proxyJump, proxyCommand }: Connection, { values }: HostConfig, tokens: Tokens): Route {
  const declared = proxyJump ?? proxyCommand
  const first = [...values.keys()].find((keyword) => keyword === 'proxyjump' || keyword === 'proxycommand')
  const jump = declared === undefined && first === 'proxyjump' ? values.get('proxyjump')?.text : proxyJump
  const command = declared === undefined && first === 'proxycommand' ? values.get('proxycommand')?.text : proxyCommand
  const route = expandTokens(jump ?? command ?? 'none', tokens)
  if (route.toLowerCase() === 'none') return { by: 'tcp' }
  return jump === undefined
    ? { by: 'command', command: route }
    : { by: 'jump', hops: route.split(',').map((hop) => hop.trim()) }
}

function identitiesOf(connection: Connection, config: HostConfig, tokens: Tokens, where: Surroundings): Identities {
  const { home, environment } = where
  const path = (text: string) => expandPath(text, tokens, environment, home)
  const named = connection.identityFile === undefined ? config.identityFiles : [connection.identityFile]
  const files =
    named.length > 0 ? named.filter((file) => file.toLowerCase() !== 'none') : defaultKeys.map((key) => `~/.ssh/${key}`)
  return {
    files: files.map(path),
    named: named.length > 0,
    only: config.values.get('identitiesonly')?.words[0]?.toLowerCase() === 'yes',
    agent: agentOf(config.values.get('identityagent')?.words[0], environment, path),
    passphrase: connection.passphrase,
  }
}

function agentOf(
  declared: string | undefined,
  environment: NodeJS.ProcessEnv,
  path: (text: string) => string,
): string | undefined {
  if (declared === undefined || declared === 'SSH_AUTH_SOCK') return environment['SSH_AUTH_SOCK'] || undefined
  if (declared.toLowerCase() === 'none') return
  return declared.startsWith('$') && !declared.startsWith('${') ? environment[declared.slice(1)] : path(declared)
}

function knownHostsOf(connection: Connection, { values }: HostConfig, tokens: Tokens, where: Surroundings): string[] {
  const path = (text: string) => expandPath(text, tokens, where.environment, where.home)
  if (connection.knownHosts !== undefined) return connection.knownHosts.split(/\s+/).filter(Boolean).map(path)
  const own = values.get('userknownhostsfile')?.words ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']
  const shared = values.get('globalknownhostsfile')?.words ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  return [...own, ...shared].filter((file) => file.toLowerCase() !== 'none').map(path)
}

function seconds(declared: string | undefined): number {
  const given = Number(declared)
  return given > 0 ? given : defaultTimeoutSeconds
}
