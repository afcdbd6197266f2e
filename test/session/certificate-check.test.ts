import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificate } from '../../src/kinds/certificate.ts'
import type { Observed } from '../../src/model/change.ts'

const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
const path = (name: string) => join(folder, name)

/** What the probe of a host sees wrong here, by a real shell and a real Python; nothing when it is content. */
function said(name: string, key: string, chain: string): string {
  const resource = certificate({ name, key: path(key), chain: path(chain) })
  const script = String(resource.kind.probe?.([resource, other], { contents: false }))
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  const seen = resource.kind.parse(stdout, [resource, other])
  expect(seen.get(other.id)).toMatchObject({ state: 'present', live: [expect.stringContaining('is missing')] })
  const { live } = seen.get(resource.id) as Extract<Observed<string[]>, { state: 'present' }>
  return live.join().replaceAll(`${folder}/`, '')
}

// Asked in the same process.
const other = certificate({ name: 'other.example', key: path('none.key'), chain: path('none.pem') })

function combined(name: string, ...parts: string[]): void {
  writeFileSync(path(name), parts.map((part) => readFileSync(path(part), 'utf8')).join(''), { mode: 0o600 })
}

beforeAll(() => {
  for (const name of ['blue', 'red']) {
    const make = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=${name}`
    const names = ['-addext', `subjectAltName=DNS:mail.${name}.example`]
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)]
    execFileSync('openssl', [...make.split(' '), ...names, ...files], { stdio: 'ignore' })
    chmodSync(path(`${name}.key`), 0o600)
  }
  combined('key-first.pem', 'blue.key', 'blue.pem')
  combined('article.pem', 'blue.pem', 'blue.key')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('key and certificate of one name, in two files or in one that begins with the key', () => {
  expect(said('mail.blue.example', 'blue.key', 'blue.pem')).toBe('')
  expect(said('mail.blue.example', 'key-first.pem', 'key-first.pem')).toBe('')
})

test('M1: the certificate before its key, as in the article', () => {
  expect(said('mail.blue.example', 'article.pem', 'article.pem')).toBe('the private key must come first in article.pem')
})

test('a key that is not the certificate’s', () => {
  expect(said('mail.blue.example', 'red.key', 'blue.pem')).toBe(
    'the key red.key does not belong to the first certificate of blue.pem',
  )
})

test('M14: a certificate of another name', () => {
  expect(said('mail.blue.example', 'red.key', 'red.pem')).toBe('the certificate in red.pem is not for this name')
})

test('a file that is missing, one that holds no key, and a key that others may read (S143)', () => {
  expect(said('mail.blue.example', 'blredue.key', 'blue.pem')).toBe('blredue.key is missing')
  expect(said('mail.blue.example', 'blue.pem', 'blue.pem')).toBe('no usable private key in blue.pem')
  chmodSync(path('blue.key'), 0o644)
  try {
    expect(said('mail.blue.example', 'blue.key', 'blue.pem')).toBe('others may read or change blue.key')
  } finally {
    chmodSync(path('blue.key'), 0o600)
  }
})
