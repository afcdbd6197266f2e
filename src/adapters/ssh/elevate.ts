import type { OrchestrateError } from '../../kernel/errors.ts'
import type { Secret } from '../../kernel/secret.ts'
import { messageOf } from '../system-error.ts'
import { lostConnection, sshError } from './errors.ts'
import type { Link } from './link.ts'
import { elevationCommand, randomToken, type SudoMode, startMarks } from './remote-loop.ts'
import { Shell } from './shell.ts'
import { type Ask, destination, type SshTarget, sshCommand } from './target.ts'
import { orAbort, withConnectLimit } from './time-limit.ts'

/** What an elevated shell needs. */
export interface ShellRequest {
  readonly link: Link
  readonly target: SshTarget
  readonly sudoPassword?: Secret | undefined
  readonly ask?: Ask | undefined
  readonly blobFolder: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens the root shell. Without a password it does not wait: the first command may follow at once, and finds out whether
 * sudo refused. With one, the shell runs when this returns.
 */
export async function openShell(request: ShellRequest): Promise<Shell> {
  if (request.sudoPassword === undefined) return startShell(request, 'never-ask')
  const shell = await startShell(request, 'may-ask')
  try {
    await givePassword(shell, request, request.sudoPassword)
    return shell
  } catch (error) {
    request.link.destroy()
    throw error
  }
}

/** A second shell, when sudo wants a password that is not configured: the operator is asked for it. */
export async function openShellAsking(request: ShellRequest): Promise<Shell | undefined> {
  const sudoPassword = await request.ask?.(`sudo password for ${destination(request.target)}: `, 'reuse')
  return sudoPassword && openShell({ ...request, sudoPassword })
}

/** Whether a shell that did not start failed because sudo wants a password. */
export function wantsPassword(shell: Shell): boolean {
  return /password is required|terminal is required to read the password/i.test(shell.sudoOutput ?? '')
}

function startShell({ link, target, blobFolder, signal }: ShellRequest, mode: SudoMode): Promise<Shell> {
  return withConnectLimit(target, signal, async (limit) => {
    limit.stage = 'root shell'
    const marks = startMarks(randomToken())
    try {
      const channel = await orAbort(limit.signal, link.exec(elevationCommand(mode, marks, blobFolder)))
      const shell = new Shell(channel, marks)
      void link.lost.then(() => shell.end())
      return shell
    } catch (error) {
      const lost = link.over
      link.destroy()
      limit.signal.throwIfAborted()
      throw noChannel(target, lost, error)
    }
  })
}

/** One attempt: a second prompt means that the password is wrong; it is not answered, so that the account is not locked. */
function givePassword(shell: Shell, { target, link, signal }: ShellRequest, password: Secret): Promise<void> {
  return withConnectLimit(target, signal, async (limit) => {
    limit.stage = 'root shell'
    let start = await orAbort(limit.signal, shell.start(0))
    if (start === 'password') {
      shell.write(Buffer.from(`${password.reveal()}\n`))
      start = await orAbort(limit.signal, shell.start(1))
    }
    if (start === 'password') throw wrongPassword(target)
    if (start === 'ended') throw notStarted(shell, target, link)
  })
}

function noChannel(target: SshTarget, lost: boolean, cause: unknown): OrchestrateError {
  const message = `${destination(target)} opens no shell: ${messageOf(cause)}`
  const hint = `Try it by hand: ${sshCommand(target)}`
  return sshError({ code: lost ? 'E_LOST' : 'E_CONNECT', host: target.name, message, hint, cause })
}

function wrongPassword(target: SshTarget): OrchestrateError {
  const message = `sudo on ${destination(target)} refused the password; it was tried once`
  const hint = `Check it by hand, then set ssh.sudoPassword: ${sshCommand(target, '-t')} sudo -v`
  return sshError({ code: 'E_SUDO', host: target.name, message, hint })
}

/** Why a channel ended before the loop ran: sudo refused, the account has no usable shell, or the connection was lost. */
export function notStarted(shell: Shell, target: SshTarget, link: Link): OrchestrateError {
  const { name: host } = target
  if (shell.exitStatus === undefined || link.over) return lostConnection(target, 'before its shell was ready')
  const where = destination(target)
  if (shell.sudoOutput !== undefined) {
    const reason = shell.sudoOutput || `exit ${shell.exitStatus}`
    const hint = wantsPassword(shell)
      ? `Set ssh.sudoPassword for this host, or check by hand: ${sshCommand(target, '-t')} sudo -v`
      : `See what sudo allows: ${sshCommand(target, '-t')} sudo -l`
    return sshError({ code: 'E_SUDO', host, message: `sudo refused on ${where}: ${reason}`, hint })
  }
  const reason = shell.errorOutput.trim() || `exit ${shell.exitStatus}`
  const hint = `Give the account a working shell; try it by hand: ${sshCommand(target)}`
  return sshError({ code: 'E_CONNECT', host, message: `the login shell of ${where} ended at once: ${reason}`, hint })
}
