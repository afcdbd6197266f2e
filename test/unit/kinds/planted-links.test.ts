import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { directory } from '../../../src/index.ts'
import { scriptsOf } from './case-run.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'orchestrate-links-'))
  mkdirSync(join(root, 'victim'), { mode: 0o700 })
  mkdirSync(join(root, 'bin'))
})
afterEach(() => rmSync(root, { recursive: true }))

const place = () => join(root, 'reports')
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)

/** Applies a directory for our own account; `mkdir` is the moment at which the account of a daemon plants its link. */
function apply(planted: string) {
  const owner = String(process.getuid?.())
  const group = String(process.getgid?.())
  const want = directory({ path: place(), owner, group, mode: '0777' })
  writeFileSync(join(root, 'bin/mkdir'), `#!/bin/sh\n/bin/mkdir "$@" && { ${planted}\n}\n`)
  chmodSync(join(root, 'bin/mkdir'), 0o755)
  const script = scriptsOf(want.enact({ action: 'create', differences: [] }, { signal: undefined, changed: new Set() }))
  return spawnSync('sh', ['-ec', script.map(String).join('\n')], {
    encoding: 'utf8',
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}` },
  })
}

test('a directory gets its mode', () => {
  expect(apply(':')).toMatchObject({ status: 0 })
  expect(modeOf(place())).toBe('777')
})

test('a link that takes the place of the directory meanwhile is not followed', () => {
  const { status, stderr } = apply(`rmdir ${place()}; ln -s ${root}/victim ${place()}`)
  expect(modeOf(join(root, 'victim'))).toBe('700')
  expect(status).toBe(1)
  expect(stderr).toContain(`a file or link stands at ${place()}`)
})

test('a link that was there before is not followed', () => {
  symlinkSync(join(root, 'victim'), place())
  expect(apply(':')).toMatchObject({ status: 1 })
  expect(modeOf(join(root, 'victim'))).toBe('700')
})
