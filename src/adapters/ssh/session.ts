import type { OrchestrateError } from '../../kernel/errors.ts'
import type { Script } from '../../kernel/sh.ts'
import type { Finished, RunOptions, Session } from '../../model/session.ts'
import { notStarted, openShellAsking, type ShellRequest, wantsPassword } from './elevate.ts'
import { interrupted, lostConnection, sshError } from './errors.ts'
import { encodeFrame, type Frame } from './remote-loop.ts'
import type { Shell } from './shell.ts'
import { allowManyListeners, orAbort, TimeLimit, withConnectLimit } from './time-limit.ts'

/** A session over one connection and one root shell. Commands run one after the other; a lost connection ends it for good. */
export class SshSession implements Session {
  readonly host: string
  readonly #request: ShellRequest
  #shell: Shell
  #queue: Promise<void> = Promise.resolve()
  #running = false
  /** Why no command can be run any more. */
  #over: OrchestrateError | undefined
  #closing: Promise<void> | undefined

  constructor(shell: Shell, request: ShellRequest) {
    this.host = request.target.name
    this.#request = request
    this.#shell = shell
    void request.link.lost.then((error) => {
      this.#over ??= this.#lost(this.#running ? 'while a command was running' : 'between two commands', error)
    })
  }

  async run(script: Script, options: RunOptions = {}): Promise<Finished> {
    const { signal } = options
    if (signal) allowManyListeners(signal)
    const frame = encodeFrame(script, options.blobs)
    const turn = this.#queue
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.#queue = turn.then(() => done)
    try {
      await orAbort(signal, turn).catch(() => Promise.reject(interrupted(this.host)))
      if (this.#over) throw this.#over
      return await this.#exchange(frame, options)
    } finally {
      resolve()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#disconnect()
    return this.#closing
  }

  async #disconnect(): Promise<void> {
    const hint = 'Connect again; this session is used up.'
    this.#over ??= sshError({ code: 'E_LOST', host: this.host, message: 'the session was closed', hint })
    this.#shell.close()
    await this.#request.link.close()
    this.#shell.end()
  }

  async #exchange(frame: Frame, options: RunOptions): Promise<Finished> {
    const limit = this.#limit(options)
    this.#running = true
    try {
      this.#shell.write(frame.bytes)
      if (!this.#shell.started) await this.#awaitStart(frame, limit.signal)
      const finished = await orAbort(limit.signal, this.#shell.answer(frame.token, options.onLine))
      if (finished) return finished
      throw this.#over ?? this.#lost('while a command was running', this.#shell.errorOutput.trim() || undefined)
    } catch (error) {
      this.#over ??= this.#lost('when a command was stopped', error)
      this.#request.link.destroy()
      throw error
    } finally {
      limit.stop()
      this.#running = false
    }
  }

  /** The first command is sent before the shell is known to run; this waits until it does, or throws why it does not. */
  async #awaitStart(frame: Frame, limit: AbortSignal): Promise<void> {
    const { target, link, signal } = this.#request
    const start = await withConnectLimit(target, signal, (connectLimit) => {
      connectLimit.stage = 'root shell'
      return orAbort(limit, orAbort(connectLimit.signal, this.#shell.start(Number.POSITIVE_INFINITY)))
    })
    if (start === 'ready') return
    if (link.over) throw this.#over ?? this.#lost('before its shell was ready')
    const second = wantsPassword(this.#shell) ? await openShellAsking(this.#request) : undefined
    if (!second) throw notStarted(this.#shell, target, link)
    this.#shell = second
    second.write(frame.bytes)
  }

  #limit({ signal, timeoutMs }: RunOptions): TimeLimit {
    const { target } = this.#request
    const onTimeout = () =>
      sshError({
        code: 'E_TIMEOUT',
        host: this.host,
        message: `a command took longer than ${(timeoutMs ?? 0) / 1000} s; the session was closed`,
        hint: `See what it is doing:\nssh -p ${target.port} ${target.user}@${target.host} ps -ef --forest`,
      })
    return new TimeLimit({ ms: timeoutMs, operator: signal, onTimeout, onAbort: () => interrupted(this.host) })
  }

  #lost(when: string, cause?: unknown): OrchestrateError {
    return lostConnection(this.#request.target, when, cause)
  }
}
