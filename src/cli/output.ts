import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { RunEvent } from '../model/events.ts'
import { eventLine } from '../report/json.ts'
import type { Io, Output } from './io.ts'
import { usageError } from './usage.ts'

/** Where the result of a command goes: a file that appears whole or not at all (0600), else standard output. */
export function resultSink(path: string | undefined, io: Io): (text: string) => void {
  if (path === undefined) return (text) => io.stdout.write(text)
  const file = resolve(io.cwd, path)
  // Asked now, so that a long run does not end without its result.
  requireWritable('--output', path, file)
  return (text) => {
    writeWhole(file, text)
    io.stderr.write(`result written to ${path}\n`)
  }
}

/** Writes each event to the file as it happens; a full disk is told once and stops nothing. */
export function eventSink(path: string | undefined, { cwd, stderr }: Pick<Io, 'cwd' | 'stderr'>): EventSink {
  if (path === undefined) return { event: () => {}, close: () => {} }
  const file = resolve(cwd, path)
  requireWritable('--events', path, file)
  const handle = openSync(file, 'w', 0o600)
  return { event: guardedWriter(handle, path, stderr), close: () => closeSync(handle) }
}

/** Takes the events of a run. */
export interface EventSink {
  event(event: RunEvent): void
  close(): void
}

/** Writes a file beside its place and renames it there. */
export function writeWhole(file: string, text: string): void {
  const candidate = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    writeFileSync(candidate, text, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(candidate, file)
  } catch (error) {
    rmSync(candidate, { force: true })
    throw usageError(
      `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'name a file in a directory you may write to',
      error,
    )
  }
}

function guardedWriter(handle: number, path: string, stderr: Output): EventSink['event'] {
  let broken = false
  return (event) => {
    if (broken) return
    try {
      writeSync(handle, eventLine(event, new Date().toISOString()))
    } catch (error) {
      broken = true
      stderr.write(
        `--events ${path}: ${error instanceof Error ? error.message : String(error)}; no more events are written\n`,
      )
    }
  }
}

function requireWritable(flag: string, path: string, file: string): void {
  const folder = dirname(file)
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw usageError(
      `${flag} ${path}: ${folder} is not a directory that can be written to`,
      'make the directory, or name another file',
    )
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(`${flag} ${path} is a directory`, 'name a file')
}
