import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkFiles } from '../../roles/tls/checks.ts'

const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
const path = (name: string) => join(folder, name)

/** What the check of a host's certificate says here, by a real shell and a real openssl; nothing when it is content. */
function said(name: string, key: string, chain: string): string {
  const script = String(checkFiles({ name, key: path(key), chain: path(chain), isDefault: false, trusted: true }))
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  return status === 0 ? '' : stderr.replaceAll(`${folder}/`, '').trim()
}

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
  expect(said('mail.blue.example', 'article.pem', 'article.pem')).toBe(
    'mail.blue.example: the private key must come first in article.pem',
  )
})

test('a key that is not the certificate’s', () => {
  expect(said('mail.blue.example', 'red.key', 'blue.pem')).toBe(
    'mail.blue.example: the key red.key does not belong to the first certificate of blue.pem',
  )
})

test('M14: a certificate of another name', () => {
  expect(said('mail.blue.example', 'red.key', 'red.pem')).toBe(
    'mail.blue.example: the certificate in red.pem is not for this name',
  )
})

test('a file that is missing, one that holds no key, and a key that others may read (S143)', () => {
  expect(said('mail.blue.example', 'blredue.key', 'blue.pem')).toBe('mail.blue.example: blredue.key is missing')
  expect(said('mail.blue.example', 'blue.pem', 'blue.pem')).toBe('mail.blue.example: no usable private key in blue.pem')
  chmodSync(path('blue.key'), 0o644)
  try {
    expect(said('mail.blue.example', 'blue.key', 'blue.pem')).toBe(
      'mail.blue.example: others may read or change blue.key',
    )
  } finally {
    chmodSync(path('blue.key'), 0o600)
  }
})
