import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runRoot, stateRoot } from '../../src/engine/rollback.ts'
import type { Script } from '../../src/kernel/sh.ts'

/** The end of a script. */
export interface ScriptEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder that stands for a host: scripts of the engine run in it with a real shell, their state kept inside. */
export class HostShell {
  readonly folder = mkdtempSync(join(tmpdir(), 'orchestrate-host-'))
  readonly etc = join(this.folder, 'etc')
  readonly state = join(this.folder, 'var')
  readonly volatile = join(this.folder, 'run')
  readonly #shell: string
  readonly #children = new Set<ChildProcess>()

  constructor(shell = '/bin/sh') {
    this.#shell = shell
    for (const name of ['etc', 'bin']) mkdirSync(join(this.folder, name), { mode: 0o755 })
    mkdirSync(this.state, { mode: 0o700 })
    mkdirSync(this.volatile, { mode: 0o700 })
  }

  /** The text of a script, with its state in this folder. */
  text(script: Script | string): string {
    const text = typeof script === 'string' ? script : script.revealed()
    return text.replaceAll(stateRoot, this.state).replaceAll(runRoot, this.volatile)
  }

  /** Starts a script; `around` is a command that is given the shell as its words. */
  start(
    script: Script | string,
    around: readonly string[] = [],
    { shell = this.#shell, stdin = 'ignore' }: { readonly shell?: string; readonly stdin?: 'ignore' | 'pipe' } = {},
  ): { child: ChildProcess; ended: Promise<ScriptEnd> } {
    const [command = '', ...args] = [...around, shell, '-c', `umask 077; LC_ALL=C; ${this.text(script)}`]
    const env = { ...process.env, PATH: `${join(this.folder, 'bin')}:${process.env['PATH']}` }
    const child = spawn(command, args, { stdio: [stdin, 'pipe', 'pipe'], env })
    this.#children.add(child)
    const [out, err]: string[][] = [[], []]
    child.stdout?.on('data', (chunk: Buffer) => out?.push(chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => err?.push(chunk.toString()))
    const ended = new Promise<ScriptEnd>((resolve) => {
      child.once('close', (code) => {
        this.#children.delete(child)
        resolve({ code, stdout: out?.join('') ?? '', stderr: err?.join('') ?? '' })
      })
    })
    return { child, ended }
  }

  /** Runs a script to its end. */
  run(script: Script | string, around: readonly string[] = []): Promise<ScriptEnd> {
    return this.start(script, around).ended
  }

  /** Puts a program where scripts find it first. */
  program(name: string, text: string): void {
    writeFileSync(join(this.folder, 'bin', name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(this.folder, 'bin', name), 0o755)
  }

  /** Makes the lock that a script of this run asks for. */
  lockedBy(run: string): void {
    rmSync(join(this.volatile, 'lock'), { force: true })
    symlinkSync(`1 1 ${run} somebody 2026-11-24T03:48:56Z`, join(this.volatile, 'lock'))
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.etc, name), text)
  }

  /** What a file holds; undefined if it is not there. */
  read(name: string): string | undefined {
    const path = join(this.etc, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  /** Names below a folder of this host, hidden ones too. */
  names(folder: string): string[] {
    return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : []
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
