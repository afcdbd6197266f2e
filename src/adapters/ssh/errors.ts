import { type ErrorCode, type ExitName, OrchestrateError } from '../../kernel/errors.ts'
import { printable } from '../../kernel/printable.ts'
import { messageOf } from '../system-error.ts'
import { destination, type SshTarget, sshCommand } from './target.ts'

const exits = {
  E_CONNECT: 'unreachable',
  E_LOST: 'unreachable',
  E_HOST_KEY: 'unreachable',
  E_AUTH: 'unreachable',
  E_SUDO: 'failed',
  E_TIMEOUT: 'failed',
  E_INTERRUPTED: 'interrupted',
  E_USAGE: 'usage',
} as const satisfies Partial<Record<ErrorCode, ExitName>>

/** An expected SSH failure: message, the next command to type, and the underlying error. */
export interface SshFailure {
  readonly code: keyof typeof exits
  readonly host: string
  readonly message: string
  readonly hint: string
  readonly cause?: unknown
}

/** The error for an expected SSH failure; its exit code follows from its code. Words of the host in it are made printable. */
export function sshError({ code, host, message, hint, cause }: SshFailure): OrchestrateError {
  const details = { code, exit: exits[code], host, hint: printable(hint), cause }
  return new OrchestrateError(printable(`${host}: ${message}`), details)
}

/** The operator stopped the run while this host was being worked on. */
export function interrupted(host: string): OrchestrateError {
  const hint = 'Run the same command again: whatever was done is seen and kept.'
  return sshError({ code: 'E_INTERRUPTED', host, message: 'interrupted', hint })
}

/** The connection was lost. A script that was running may have completed; the next run looks at the host again. */
export function lostConnection(target: SshTarget, when: string, cause?: unknown): OrchestrateError {
  const reason = cause === undefined ? '' : `: ${messageOf(cause)}`
  const message = `connection to ${destination(target)} lost ${when}${reason}`
  const hint = `Check that the host is up, then run the same command again: ${sshCommand(target)} uptime`
  return sshError({ code: 'E_LOST', host: target.name, message, hint, cause })
}
