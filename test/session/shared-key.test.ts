import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sharedKey } from '../../roles/openarc/key.ts'

const folder = mkdtempSync(join(tmpdir(), 'shared-key-'))
const place = (daemon: string) => join(folder, 'etc', daemon, 'keys/blue.example')
const arc = join(place('openarc'), 'default.private')
afterAll(() => rmSync(folder, { recursive: true }))

function makeKey(file: string): void {
  const options = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
  execFileSync('openssl', ['genpkey', ...options, '-out', file], { stdio: 'ignore' })
}

/** What the guard of a shared selector says, run by a real shell. */
function guard(): { agrees: boolean; said: string } {
  const { want } = sharedKey(arc)
  const { unless = '', run = '' } = { ...(want as { unless?: unknown; run?: unknown }) }
  const asked = spawnSync('sh', ['-c', String(unless)])
  return { agrees: asked.status === 0, said: spawnSync('sh', ['-c', String(run)], { encoding: 'utf8' }).stderr }
}

test('a selector of both: the article’s copy is taken, no key and another key are refused', () => {
  mkdirSync(place('opendkim'), { recursive: true })
  mkdirSync(place('openarc'), { recursive: true })
  expect(guard().agrees).toBe(false)
  makeKey(join(place('opendkim'), 'default.private'))
  expect(guard()).toEqual({ agrees: false, said: expect.stringContaining('give ARC a selector of its own') })
  cpSync(join(place('opendkim'), 'default.private'), arc)
  expect(guard().agrees).toBe(true)
  makeKey(arc)
  expect(guard().agrees).toBe(false)
})
