import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { reasonOf } from '../adapters/system-error.ts'
import { makeFolders, writeWhole } from '../adapters/whole-file.ts'
import type { OrchestrateError } from '../kernel/errors.ts'
import type { RunEvent } from '../model/events.ts'
import { eventLine } from '../report/json.ts'
import type { Io, Output } from './io.ts'
import { usageError } from './usage.ts'

/**
 * Where the result of a command goes: a file that appears whole or not at all (0600), else standard output, which `-`
 * means, too. A place that cannot be written to is an error now, so that a long run does not end without its result.
 */
export function resultSink(path: string | undefined, io: Io): (text: string) => void {
  if (path === undefined || path === '-') return (text) => io.stdout.write(text)
  const file = resolve(io.cwd, path)
  requireWritable('--output', path, file)
  return (text) => {
    orUsage('--output', path, () => writeWhole(file, text))
    io.stderr.write(`result written to ${path}\n`)
  }
}

/** Writes each event to the file as it happens; a full disk is told once and stops nothing. */
export function eventSink(path: string | undefined, { cwd, stderr }: Pick<Io, 'cwd' | 'stderr'>): EventSink {
  if (path === undefined) return { event: () => {}, close: () => {} }
  if (path === '-') throw usageError('--events -: standard output is for the result', 'name a file, or /dev/stderr')
  const file = resolve(cwd, path)
  requireWritable('--events', path, file)
  const handle = orUsage('--events', path, () => openSync(file, 'w', 0o600))
  return { event: guardedWriter(handle, path, stderr), close: () => closeSync(handle) }
}

/** Takes the events of a run. */
export interface EventSink {
  event(event: RunEvent): void
  close(): void
}

/** Where many files go: below a folder that is made now. Each file appears whole or not at all (0600). */
export function folderSink(path: string, { cwd }: Pick<Io, 'cwd'>): (name: string, content: string) => void {
  const folder = resolve(cwd, path)
  orUsage('--output', path, () => makeFolders(folder))
  requireWritable('--output', path, join(folder, 'file'))
  return (name, content) => {
    const file = join(folder, name)
    orUsage('--output', path, () => {
      makeFolders(dirname(file))
      writeWhole(file, content)
    })
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
      stderr.write(`--events ${path}: ${reasonOf(error)}; no more events are written\n`)
    }
  }
}

function requireWritable(flag: string, path: string, file: string): void {
  const present = statSync(file, { throwIfNoEntry: false })
  if (present?.isDirectory()) throw usageError(`${flag} ${path} is a directory`, 'name a file')
  if (present && !present.isFile()) return
  const folder = dirname(file)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(`${flag} ${path}: ${folder} is not a directory`, 'make the directory, or name another file')
  orUsage(flag, path, () => accessSync(folder, constants.W_OK))
}

/** Does something with files; the system's refusal is a mistake on the command line. */
function orUsage<Result>(flag: string, path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw cannotWrite(flag, path, error)
  }
}

function cannotWrite(flag: string, path: string, error: unknown): OrchestrateError {
  return usageError(
    `${flag} ${path} cannot be written: ${reasonOf(error)}`,
    'name a place that you may write to',
    error,
  )
}
