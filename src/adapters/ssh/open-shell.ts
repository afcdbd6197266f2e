import type { OrchestrateError } from '../../kernel/errors.ts'
import type { Secret } from '../../kernel/secret.ts'
import { elevationCommand, type SudoMode, startMarks } from './elevate.ts'
import { failure, wordsOf } from './failure.ts'
import { randomToken } from './frame.ts'
import { orAbort } from './limit.ts'
import type { Link } from './link.ts'
import { withPatience } from './patience.ts'
import { Shell } from './shell.ts'
import { type Ask, destination, sshCommand, type Target } from './target.ts'

/** What an elevated shell needs. */
export interface ShellRequest {
  readonly link: Link
  readonly target: Target
  readonly sudoPassword?: Secret | undefined
  readonly ask?: Ask | undefined
  readonly blobFolder: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens the elevated shell. Without a password nothing is waited for: the first command may follow at once, and a sudo that
 * refuses is found out by its silence. With one, the shell runs when this returns.
 */
export async function openShell(request: ShellRequest): Promise<Shell> {
  if (request.sudoPassword === undefined) return begin(request, 'never-ask')
  const shell = await begin(request, 'may-ask')
  try {
    await elevate(shell, request, request.sudoPassword)
    return shell
  } catch (error) {
    request.link.destroy()
    throw error
  }
}

/** A second shell, for a sudo that wants a password after all: a person is asked for it. */
export async function openAskedShell(request: ShellRequest): Promise<Shell | undefined> {
  const sudoPassword = await request.ask?.(`sudo password for ${destination(request.target)}: `, 'reuse')
  return sudoPassword && openShell({ ...request, sudoPassword })
}

/** Whether a shell that did not start failed because sudo wants a password. */
export function wantsPassword(shell: Shell): boolean {
  return /password is required|terminal is required to read the password/i.test(shell.sudoWords ?? '')
}

function begin({ link, target, blobFolder, signal }: ShellRequest, mode: SudoMode): Promise<Shell> {
  return withPatience(target, signal, async (patience) => {
    patience.stage = 'root shell'
    const marks = startMarks(randomToken())
    try {
      const channel = await orAbort(patience.signal, link.exec(elevationCommand(mode, marks, blobFolder)))
      const shell = new Shell(channel, marks)
      void link.lost.then(() => shell.end())
      return shell
    } catch (error) {
      const lost = link.over
      link.destroy()
      patience.signal.throwIfAborted()
      throw noChannel(target, lost, error)
    }
  })
}

/** One attempt: a second prompt means that the password is wrong, and is not answered, so that nobody is locked out. */
function elevate(shell: Shell, { target, link, signal }: ShellRequest, password: Secret): Promise<void> {
  return withPatience(target, signal, async (patience) => {
    patience.stage = 'root shell'
    let start = await orAbort(patience.signal, shell.start(0))
    if (start === 'password') {
      shell.write(Buffer.from(`${password.reveal()}\n`))
      start = await orAbort(patience.signal, shell.start(1))
    }
    if (start === 'password') throw wrongPassword(target)
    if (start === 'ended') throw notStarted(shell, target, link)
  })
}

function noChannel(target: Target, lost: boolean, cause: unknown): OrchestrateError {
  const message = `${destination(target)} opens no shell: ${wordsOf(cause)}`
  const hint = `Try it by hand: ${sshCommand(target)}`
  return failure({ code: lost ? 'E_LOST' : 'E_CONNECT', host: target.name, message, hint, cause })
}

function wrongPassword(target: Target): OrchestrateError {
  const message = `sudo on ${destination(target)} refused the password; it was tried once`
  const hint = `Check it by hand, then set ssh.sudoPassword: ${sshCommand(target, '-t')} sudo -v`
  return failure({ code: 'E_SUDO', host: target.name, message, hint })
}

/** Why a channel ended before the loop began: sudo's refusal, a login shell that is none, or a lost connection. */
export function notStarted(shell: Shell, target: Target, link: Link): OrchestrateError {
  const { name: host } = target
  if (shell.exitStatus === undefined || link.over) return lostConnection(target, 'before its shell was ready')
  const where = destination(target)
  if (shell.sudoWords !== undefined) {
    const words = shell.sudoWords || `exit ${shell.exitStatus}`
    const hint = wantsPassword(shell)
      ? `Set ssh.sudoPassword for this host, or check by hand: ${sshCommand(target, '-t')} sudo -v`
      : `See what sudo allows: ${sshCommand(target, '-t')} sudo -l`
    return failure({ code: 'E_SUDO', host, message: `sudo refused on ${where}: ${words}`, hint })
  }
  const words = shell.complaint.trim() || `exit ${shell.exitStatus}`
  const hint = `Give the account a working shell; try it by hand: ${sshCommand(target)}`
  return failure({ code: 'E_CONNECT', host, message: `the login shell of ${where} ended at once: ${words}`, hint })
}

/** A connection that went away: what was running may have run to its end, and the host is looked at anew next time. */
export function lostConnection(target: Target, when: string, cause?: unknown): OrchestrateError {
  const words = cause === undefined ? '' : `: ${wordsOf(cause)}`
  const message = `connection to ${destination(target)} lost ${when}${words}`
  const hint = `Check that the host is up, then run the same command again: ${sshCommand(target)} uptime`
  return failure({ code: 'E_LOST', host: target.name, message, hint, cause })
}
