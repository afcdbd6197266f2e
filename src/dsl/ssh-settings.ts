import { z } from 'zod'
import type { Problem } from '../kernel/errors.ts'
import { problemOf } from '../kinds/support/define.ts'
import { wording } from '../kinds/support/wording.ts'
import type { Connection } from '../model/session.ts'
import { unknownKey } from './frame-problems.ts'
import type { Inventory } from './inventory.ts'
import { isPlain } from './merge.ts'
import { type SecretReference, secretReference } from './secret-reference.ts'

/** How hosts are reached. Passwords are named secrets, never plain strings. */
export interface SshSettings extends Omit<Connection, 'address' | 'password' | 'passphrase' | 'sudoPassword'> {
  readonly password?: SecretReference | undefined
  readonly passphrase?: SecretReference | undefined
  readonly sudoPassword?: SecretReference | undefined
}

const word = (allowed: string) => z.string(allowed).regex(/^\S+$/, allowed).optional()
const line = (allowed: string) =>
  z
    .string(allowed)
    .regex(/^\S.*$/, allowed)
    .optional()
const port = 'a port from 1 to 65535'
const seconds = 'seconds, more than 0 and at most 3600'

const shape: Readonly<Record<keyof SshSettings, z.ZodType>> = {
  port: z.int(port).min(1, port).max(65535, port).optional(),
  user: word('the name of a user'),
  identityFile: line('the path of a private key'),
  passphrase: secretReference.optional(),
  password: secretReference.optional(),
  sudoPassword: secretReference.optional(),
  configFile: line("the path of an ssh config, or 'none'"),
  knownHosts: line('paths of known_hosts files, with spaces between them'),
  proxyJump: word('a host, or [USER@]HOST[:PORT], several with commas between them'),
  proxyCommand: line('a command'),
  connectTimeout: z.number(seconds).positive(seconds).max(3600, seconds).optional(),
}

const schema = z.strictObject(shape)

/** The settings that hold a secret. */
const secretSettings = ['password', 'passphrase', 'sudoPassword'] as const

/** Mistakes in the ssh settings of the inventory, its groups and hosts, wherever these are objects at all. */
export function sshProblems(inventory: object): Problem[] {
  const { ssh, groups, hosts }: Readonly<Record<string, unknown>> = { ...inventory }
  return [
    ...settingsProblems('ssh', ssh),
    ...entriesOf(groups).flatMap(([name, group]) => settingsProblems(`groups.${name}.ssh`, group['ssh'])),
    ...entriesOf(hosts).flatMap(([name, host]) => settingsProblems(`hosts.${name}.ssh`, host['ssh'])),
  ]
}

/** One level that may say how a host is reached. */
export interface SshLevel {
  readonly place: string
  readonly ssh: SshSettings | undefined
}

/** The levels for one host, weakest first: inventory, its groups in their order, the host. */
export function sshLevels({ hosts, groups, ssh }: Inventory, host: string): SshLevel[] {
  const entry = hosts[host]
  return [
    { place: 'ssh', ssh },
    ...(entry?.groups ?? []).map((name) => ({ place: `groups.${name}.ssh`, ssh: groups?.[name]?.ssh })),
    { place: `hosts.${host}.ssh`, ssh: entry?.ssh },
  ]
}

/** A host's own settings over those of its groups (later ones win) over the inventory's. */
export function sshSettings(inventory: Inventory, host: string): SshSettings {
  return Object.assign({}, ...sshLevels(inventory, host).map(({ ssh }) => given(ssh)))
}

/** The names of the secrets that the ssh settings of a host refer to. */
export function sshSecrets(inventory: Inventory, host: string): string[] {
  const settings = sshSettings(inventory, host)
  return secretSettings.flatMap((name) => settings[name]?.secret ?? [])
}

// An explicit `undefined` means "not said here", not "take away what the group says".
function given(settings: SshSettings | undefined): Partial<SshSettings> {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined))
}

function settingsProblems(place: string, settings: unknown): Problem[] {
  if (settings === undefined) return []
  const parsed = schema.safeParse(settings, { error: wording })
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.flatMap((key) => unknownKey(place, key, Object.keys(shape)))
    const problem = problemOf(issue, place, settings)
    // A password that was written where its name belongs is not repeated.
    return secretSettings.some((name) => name === issue.path[0]) ? { ...problem, found: 'a plain value' } : problem
  })
}

function entriesOf(value: unknown): [string, Record<string, unknown>][] {
  return isPlain(value)
    ? Object.entries(value).filter((entry): entry is [string, Record<string, unknown>] => isPlain(entry[1]))
    : []
}
