import { randomBytes } from 'node:crypto'
import { quote, type Script } from '../../kernel/sh.ts'

const prepare = [
  'cd /; umask 077; LC_ALL=C; export LC_ALL; trap "" PIPE; d=',
  'PATH=${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH',
  'echo "$1-ready"; echo "$1-ready" >&2',
].join('; ')

const makeFolder = [
  'mkdir -p -m 700 "$2"',
  'find "$2" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +',
  'd=$(mktemp -d "$2/XXXXXXXXXX") || exit 1',
].join('; ')

const keepBlob = [
  `if [ -z "$d" ]; then ${makeFolder}; fi`,
  'head -c "$n" >"$d/$t"',
  'if [ "$(wc -c <"$d/$t")" -ne "$n" ]; then rm -rf "$d"; exit 1; fi',
  'export "blob_$t=$d/$t"',
].join('; ')

const runScript = [
  's=$(head -c "$n"; printf x)',
  'if [ "${#s}" -ne "$((n + 1))" ]; then rm -rf "$d"; exit 1; fi',
  '( eval "unset k n t s c d; set --; ${s%x}" ) </dev/null; c=$?',
  'if [ -n "$d" ]; then for s in "$d"/*; do unset "blob_${s##*/}"; done; rm -rf "$d"; d=; fi',
  String.raw`printf "\n%s %s\n" "$t" "$c" >&2; printf "\n%s %s\n" "$t" "$c"`,
].join('; ')

/**
 * The program that runs on the host for the whole session: it reads framed commands from stdin and answers each with a mark
 * on stdout and stderr. `$1` is the session's nonce, `$2` the folder for blobs.
 *
 * - It must stand in single quotes on one line for bash, csh and fish alike: no newline, single quote, `!`, and no backslash
 *   but in `\n`, which all of them leave unchanged.
 * - A script is read whole by its length, then run by `eval` in a subshell that never sees our stdin.
 * - `printf x` saves trailing newlines from `$(…)`; LC_ALL=C makes `${#s}` count bytes.
 * - SIGPIPE is ignored: if the controller vanishes, the running script still runs to its end.
 * - Each mark is one write, both close together: sshd leaves Nagle on, so a second small packet would wait for an ACK.
 * - `read` takes one byte at a time from a pipe, and GNU `head -c` never reads past its count, so nothing is lost.
 */
const remoteLoop = `${prepare}; while IFS=" " read -r k n t; do case $k in B) ${keepBlob} ;; S) ${runScript} ;; esac; done`

/** How the root shell is obtained: `-n` never asks, `-S` reads a password from stdin when sudo wants one (sudo(8)). */
export type SudoMode = 'never-ask' | 'may-ask'

/** The marks a starting shell prints. Each is the nonce and a word, so that an echoed command line holds none of them. */
export interface StartMarks {
  readonly nonce: string
  readonly ready: string
  readonly sudo: string
  readonly prompt: string
}

/** Marks for one shell. */
export function startMarks(nonce: string): StartMarks {
  return { nonce, ready: `${nonce}-ready`, sudo: `${nonce}-sudo`, prompt: `${nonce}-password` }
}

/**
 * The command line that turns a login shell into an elevated remote loop: one line, no secrets, and quoted so that sh, bash,
 * csh and fish read it alike. Root runs the loop directly; others through sudo(8), whose prompt holds our nonce.
 */
export function elevationCommand(mode: SudoMode, { nonce }: StartMarks, blobFolder: string): string {
  const sudo = mode === 'never-ask' ? 'sudo -n' : 'sudo -S -p "$2-password"'
  const loop = 'sh -c "$1" orchestrate "$2" "$3"'
  // In another language neither sudo's refusal nor PAM's "Password:", which sudo replaces by our prompt, is recognised.
  const english = 'LC_ALL=C; export LC_ALL'
  const start = `if [ "$(id -u)" = 0 ]; then exec ${loop}; fi; echo "$2-sudo" >&2; ${english}; exec ${sudo} -H -- ${loop}`
  return `exec sh -c '${start}' orchestrate '${remoteLoop}' ${nonce} ${quote(blobFolder)}`
}

/** One command as sent to the loop, and the token that marks its end. */
export interface Frame {
  readonly token: string
  readonly bytes: Buffer
}

/** A random word of 128 bits that no output can contain by chance or on purpose. */
export function randomToken(): string {
  return randomBytes(16).toString('hex')
}

/** Encodes a script and its blobs as the loop reads them: `B <bytes> <name>` and `S <bytes> <token>` headers, then raw bytes. */
export function encodeFrame(script: Script, blobs: ReadonlyMap<string, Uint8Array> = new Map()): Frame {
  const text = Buffer.from(script.revealed(), 'utf8')
  if (text.includes(0)) throw new TypeError('a script cannot contain NUL; send such content as a blob')
  const token = randomToken()
  const pieces = [...blobs].flatMap(([name, bytes]) => [header('B', bytes.length, blobName(name)), bytes])
  return { token, bytes: Buffer.concat([...pieces, header('S', text.length, token), text]) }
}

function header(kind: 'B' | 'S', bytes: number, word: string): Buffer {
  return Buffer.from(`${kind} ${bytes} ${word}\n`, 'latin1')
}

function blobName(name: string): string {
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw new TypeError(`blob name ${JSON.stringify(name)} is not a shell name`)
  return name
}
