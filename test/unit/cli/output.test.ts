import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolders, writeWhole } from '../../../src/adapters/whole-file.ts'
import { eventSink, folderSink, resultSink } from '../../../src/cli/output.ts'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { fakeIo } from './fake-io.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'output-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a file appears whole, for its owner only, and a link stays a link', () => {
  mkdirSync(join(dir, 'real'))
  writeFileSync(join(dir, 'real/file'), 'old')
  symlinkSync('real/file', join(dir, 'link'))
  writeWhole(join(dir, 'link'), 'new')
  expect(lstatSync(join(dir, 'link')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(dir, 'real/file'), 'utf8')).toBe('new')
  expect(statSync(join(dir, 'real/file')).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(dir, 'real'))).toEqual(['file'])
})

test('a pipe or device is written to, never replaced', () => {
  const pipe = join(dir, 'pipe')
  const module = join(process.cwd(), 'src/adapters/whole-file.ts')
  const write = `import(${JSON.stringify(module)}).then(({ writeWhole }) => writeWhole(${JSON.stringify(pipe)}, 'told'))`
  const script = 'mkfifo "$1"; cat "$1" & "$2" -e "$3"; wait'
  const said = execFileSync('sh', ['-c', script, 'sh', pipe, process.execPath, write], { encoding: 'utf8' })
  expect(said).toBe('told')
  expect(lstatSync(pipe).isFIFO()).toBe(true)
})

test('folders are made for their owner only', () => {
  makeFolders(join(dir, 'a/b'))
  expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o700)
  makeFolders(join(dir, 'a/b'))
})

/** How a place that cannot be written to is told: exit, then message. */
function refused(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (OrchestrateError.is(error)) return `${error.exit}: ${error.message}`.replaceAll(dir, 'DIR')
    throw error
  }
  return 'no error'
}

test('places that cannot be written to are mistakes on the command line', () => {
  const io = { ...fakeIo(), cwd: dir }
  writeFileSync(join(dir, 'file'), '')
  const said = [
    refused(() => resultSink('.', io)),
    refused(() => resultSink('nowhere/x', io)),
    refused(() => resultSink('file/x', io)),
    refused(() => resultSink('/proc/orchestrate-x', io)('text')),
    refused(() => eventSink('-', io)),
    refused(() => eventSink('/proc/orchestrate-x', io)),
    refused(() => folderSink('/proc/orchestrate-x', io)),
    refused(() => folderSink('file', io)),
  ]
  expect(said).toMatchInlineSnapshot(`
    [
      "usage: --output . is a directory",
      "usage: --output nowhere/x: DIR/nowhere is not a directory",
      "usage: --output file/x: DIR/file is not a directory",
      "usage: --output /proc/orchestrate-x cannot be written: no such file or directory",
      "usage: --events -: standard output is for the result",
      "usage: --events /proc/orchestrate-x cannot be written: no such file or directory",
      "usage: --output /proc/orchestrate-x cannot be written: no such file or directory",
      "usage: --output file cannot be written: file already exists",
    ]
  `)
})

test('`-` is standard output, a folder is filled file by file', () => {
  const io = { ...fakeIo(), cwd: dir }
  resultSink('-', io)('result\n')
  expect(io.out()).toBe('result\n')
  folderSink('out', io)('mx1/etc/hosts', 'text')
  expect(readFileSync(join(dir, 'out/mx1/etc/hosts'), 'utf8')).toBe('text')
})
