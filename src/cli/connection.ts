import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, resolve } from 'node:path'
import type { Inventory } from '../dsl/inventory.ts'
import type { SecretReference } from '../dsl/secret-reference.ts'
import { sshLevels, sshSettings } from '../dsl/ssh-settings.ts'
import type { Problem } from '../kernel/errors.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Connection } from '../model/session.ts'

/** What a connection is made from: the inventory, its file and its secrets. */
export interface ConnectionSource {
  readonly inventory: Inventory
  readonly file: string
  secret(name: string): Secret | undefined
}

/** How one host is reached: its ssh settings with their secrets, relative paths seen from the inventory. */
export function connectionOf(host: string, { inventory, file, secret }: ConnectionSource): Connection {
  const { password, passphrase, sudoPassword, identityFile, configFile, knownHosts, ...rest } = sshSettings(
    inventory,
    host,
  )
  const known = (reference: SecretReference | undefined) => reference && secret(reference.secret)
  return {
    address: inventory.hosts[host]?.address ?? host,
    ...rest,
    password: known(password),
    passphrase: known(passphrase),
    sudoPassword: known(sudoPassword),
    identityFile: seenFrom(file, identityFile),
    configFile: seenFrom(file, configFile),
    knownHosts: knownHosts
      ?.split(/\s+/)
      .map((path) => seenFrom(file, path))
      .join(' '),
  }
}

/** Named ssh configs that do not exist: ssh refuses such a file, too, while a key may come and go. */
export function configFileProblems(
  hosts: readonly string[],
  { inventory, file }: Pick<ConnectionSource, 'inventory' | 'file'>,
): Problem[] {
  const named = hosts.flatMap((host) => {
    const level = sshLevels(inventory, host).findLast(({ ssh }) => ssh?.configFile !== undefined)
    return level ? [{ place: `${level.place}.configFile`, path: String(level.ssh?.configFile) }] : []
  })
  return [...new Map(named.map((one) => [one.place, one.path]))].flatMap(([place, path]) => {
    const full = seenFrom(file, path).replace(/^~(?=\/|$)/, homedir())
    if (!isAbsolute(full) || existsSync(full)) return []
    const found = full === path ? `"${path}", which does not exist` : `"${path}": ${full} does not exist`
    return [{ place, found, allowed: "an ssh config that exists, or 'none'; left out: ~/.ssh/config" }]
  })
}

/** Relative paths are seen from the inventory, so that it works from any directory. `%d/…`, `$HOME/…` and `none` stay. */
function seenFrom<Path extends string | undefined>(file: string, path: Path): Path | string {
  return path === undefined || /^([~%$]|none$)/i.test(path) || isAbsolute(path) ? path : resolve(dirname(file), path)
}
