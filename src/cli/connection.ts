import { dirname, isAbsolute, resolve } from 'node:path'
import type { Inventory, SshSettings } from '../dsl/inventory.ts'
import type { SecretReference } from '../dsl/secret-reference.ts'
import { DeclarationError, type Problem } from '../kernel/errors.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Connection } from '../model/session.ts'

/** What a connection is made from: the inventory, its file and its secrets. */
export interface ConnectionSource {
  readonly inventory: Inventory
  readonly file: string
  secret(name: string): Secret | undefined
}

/** How each host is reached, or all mistakes at once. */
export function connectionsOf(hosts: readonly string[], source: ConnectionSource): Map<string, Connection> {
  const problems: Problem[] = []
  const connections = hosts.map((host): [string, Connection] => [host, settle(host, source, problems)])
  if (problems.length > 0) throw new DeclarationError(problems)
  return new Map(connections)
}

/** How one host is reached. */
export function connectionOf(host: string, source: ConnectionSource): Connection {
  const problems: Problem[] = []
  const connection = settle(host, source, problems)
  if (problems.length > 0) throw new DeclarationError(problems)
  return connection
}

/** A host's own ssh settings over those of its groups (later ones win) over the inventory's. */
function settle(host: string, source: ConnectionSource, problems: Problem[]): Connection {
  const { inventory, file } = source
  const entry = inventory.hosts[host]
  const groups = (entry?.groups ?? []).map((name) => inventory.groups?.[name]?.ssh)
  const settings: SshSettings = Object.assign({}, ...[inventory.ssh, ...groups, entry?.ssh].map(given))
  const { password, passphrase, sudoPassword, identityFile, configFile, knownHosts, ...rest } = settings
  const secret = (what: string, reference: SecretReference | undefined) => {
    const found = reference && source.secret(reference.secret)
    if (reference && !found) problems.push(missing(host, what, reference))
    return found
  }
  return {
    address: entry?.address ?? host,
    ...rest,
    password: secret('password', password),
    passphrase: secret('passphrase', passphrase),
    sudoPassword: secret('sudoPassword', sudoPassword),
    identityFile: seenFrom(file, identityFile),
    configFile: seenFrom(file, configFile),
    knownHosts: knownHosts
      ?.split(/\s+/)
      .map((path) => seenFrom(file, path))
      .join(' '),
  }
}

// An explicit `undefined` means "not said here", not "take away what the group says".
function given(settings: SshSettings | undefined): Partial<SshSettings> {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined))
}

/** Relative paths are seen from the inventory, so that it works from any directory. `%d/…`, `$HOME/…` and `none` stay. */
function seenFrom<Path extends string | undefined>(file: string, path: Path): Path | string {
  return path === undefined || /^([~%$]|none$)/i.test(path) || isAbsolute(path) ? path : resolve(dirname(file), path)
}

function missing(host: string, what: string, { secret }: SecretReference): Problem {
  return {
    place: `hosts.${host}, ssh.${what}`,
    found: `secret('${secret}'), which is not in the secret store`,
    allowed: `a value: orchestrate secrets set INVENTORY ${secret}`,
  }
}
