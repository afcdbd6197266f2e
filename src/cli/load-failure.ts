import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OrchestrateError } from '../kernel/errors.ts'
import { usageError } from './usage.ts'

/** Why an inventory could not be imported, with the file and line that a person has to look at. */
export function importFailure(path: string, file: string, error: unknown): unknown {
  if (OrchestrateError.is(error) || !(error instanceof Error)) return error
  if (error instanceof SyntaxError) return syntaxFailure(path, file, error)
  const code = 'code' in error ? error.code : undefined
  if (
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'ERR_PACKAGE_IMPORT_NOT_DEFINED' ||
    code === 'ERR_UNKNOWN_FILE_EXTENSION'
  ) {
    return usageError(
      `${path} cannot be loaded: ${shortened(error.message)}`,
      'correct the import, or install the package it names',
      error,
    )
  }
  const place = firstPlace(error.stack ?? '')
  return usageError(
    `${path} failed while it was loaded: ${error.name}: ${error.message}${place ? `\n  at ${place}` : ''}`,
    'correct the file; nothing was contacted',
    error,
  )
}

// Node puts place and excerpt before the message: `PATH:LINE`, code, a line of carets.
function syntaxFailure(path: string, file: string, error: SyntaxError): OrchestrateError {
  const [head = '', ...rest] = (error.stack ?? '').split('\n')
  const end = rest.findIndex((line) => /^\s*\^+\s*$/.test(line))
  const excerpt = rest
    .slice(0, end + 1)
    .slice(-4)
    .map((line) => `    ${line}`)
  const place = /^(.*):(\d+)$/.exec(head)
  const where = place ? `${shown(place[1] ?? '')}:${place[2]}` : path
  const own = place ? plainPath(place[1] ?? '') === file : true
  const reason = error.message.replace(/\.$/, '')
  const erasable = 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
  const hint = erasable
    ? 'Node only strips types: write it without enum, namespace or parameter properties'
    : own
      ? 'correct the file; nothing was contacted'
      : `correct the file, which ${path} imports`
  return usageError([`${where}: ${reason}`, ...excerpt].join('\n'), hint, error)
}

function firstPlace(stack: string): string | undefined {
  const found = /^ +at (?:.*\()?(file:\/\/[^)\n]+?:\d+):\d+\)?$/m.exec(stack)?.[1]
  return found === undefined ? undefined : shown(found)
}

/** A path or file URL (line number kept) as it is seen from the working directory, where that is shorter. */
function shown(place: string): string {
  const full = plainPath(place)
  const near = relative(process.cwd(), full)
  return near.startsWith('..') ? full : near
}

function plainPath(place: string): string {
  return place.startsWith('file://') ? fileURLToPath(place) : place
}

function shortened(message: string): string {
  return message.replaceAll(`${process.cwd()}/`, '')
}
