import type { Problem } from '../../kernel/errors.ts'
import { lines, raw, type Script } from '../../kernel/sh.ts'
import { parsePublicKeys, publicKeysScript } from '../dns/host-keys.ts'
import type { PublicKey } from '../dns/record.ts'
import { type Listener, parseListeners } from './listeners.ts'

/** Files that only their owner and its daemon may read (section "secrets" of docs/article.md: M1, M22, M32). */
const secretFiles = [
  '/etc/opendkim/keys/*/*',
  '/etc/openarc/keys/*/*',
  '/etc/postsrsd.secret',
  '/etc/postfix/tls_server_sni_maps*',
  '/etc/postfix/sql/*',
  '/etc/dovecot/dovecot-sql.conf.ext',
  '/etc/pki/tls/private/*',
  '/etc/pki/dovecot/private/*',
  '/etc/letsencrypt/archive/*/privkey*',
  '/usr/share/postfixadmin*/config.local.php',
  '/etc/php-postfixadmin/config.local.php',
  '/root/.my.cnf',
]

/** Reads in one command what only the host can say. Nothing is changed and no secret is printed. */
export const hostStateScript: Script = lines([
  raw(`echo @listeners; ss -Hltnp 2>/dev/null
echo @queue; find /var/spool/postfix/{incoming,active,deferred,hold,maildrop,corrupt} -type f 2>/dev/null | sed 's|^/var/spool/postfix/||'
echo @secrets; stat -L -c '%a %U %G %n' ${secretFiles.join(' ')} 2>/dev/null
echo @keys`),
  publicKeysScript,
  raw('true'),
])

/** A file that holds a secret. */
export interface SecretFile {
  readonly path: string
  readonly mode: number
  readonly owner: string
  readonly group: string
}

/** What a host said of itself. */
export interface HostState {
  readonly listeners: readonly Listener[]
  /** Queue files as `deferred/A/ABC`. */
  readonly queue: readonly string[]
  readonly secrets: readonly SecretFile[]
  readonly keys: readonly PublicKey[]
}

/** The script's output taken apart. */
export function parseHostState(output: string): HostState {
  const section = (name: string) => new RegExp(`^@${name}\\n([^@]*)`, 'm').exec(output)?.[1] ?? ''
  return {
    listeners: parseListeners(section('listeners')),
    queue: section('queue').split('\n').filter(Boolean),
    secrets: [...section('secrets').matchAll(/^(\d+) (\S+) (\S+) (.+)$/gm)].map(
      ([, mode = '', owner = '', group = '', path = '']) => ({ path, mode: Number.parseInt(mode, 8), owner, group }),
    ),
    keys: parsePublicKeys(section('keys')),
  }
}

/** Secret files that others than owner and group may read or write. */
export function secretProblems(files: readonly SecretFile[]): Problem[] {
  return files
    .filter(({ mode }) => (mode & 0o007) !== 0)
    .map(({ path, mode, owner, group }) => ({
      place: path,
      found: `${mode.toString(8).padStart(4, '0')} ${owner}:${group}`,
      allowed: 'nothing for others, e.g. 0600 or 0640',
    }))
}

/** Mail that waits in the queue. */
export function queueProblems(queue: readonly string[]): Problem[] {
  const byQueue = Map.groupBy(queue, (file) => file.split('/')[0] ?? '')
  return [...byQueue].map(([name, files]) => ({
    place: `queue ${name}`,
    found: `${files.length} message${files.length === 1 ? '' : 's'}`,
    allowed: 'empty: see postqueue -p',
  }))
}
