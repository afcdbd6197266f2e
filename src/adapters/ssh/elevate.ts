import { quote } from '../../kernel/sh.ts'
import { remoteLoop } from './loop.ts'

/** How the root shell is to be had: `-n` asks for nothing, `-S` reads a password from stdin when sudo wants one. */
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
 * csh and fish read it alike. Root gets the loop at once; others get it from sudo(8), whose prompt is ours to recognise.
 */
export function elevationCommand(mode: SudoMode, { nonce }: StartMarks, blobFolder: string): string {
  const sudo = mode === 'never-ask' ? 'sudo -n' : 'sudo -S -p "$2-password"'
  const loop = 'sh -c "$1" orchestrate "$2" "$3"'
  const start = `if [ "$(id -u)" = 0 ]; then exec ${loop}; fi; echo "$2-sudo" >&2; exec ${sudo} -H -- ${loop}`
  return `exec sh -c '${start}' orchestrate '${remoteLoop}' ${nonce} ${quote(blobFolder)}`
}
