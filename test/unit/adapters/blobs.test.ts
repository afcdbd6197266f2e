import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BlobSource, blobs, defaultBlobCache } from '../../../src/adapters/blobs.ts'
import { sha256 } from '../../../src/kernel/secret.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'blobs-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const url = 'https://files.example/pack.tar.gz'
const sum = sha256('content')

function server(body = 'content', init: ResponseInit = {}, from = url) {
  const asked: string[] = []
  const fake: typeof fetch = async (input) => {
    asked.push(String(input))
    return Object.defineProperty(new Response(body, init), 'url', { value: from })
  }
  return { asked, fetch: fake }
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message.replaceAll(dir, 'DIR'),
  )

test('a local file is read and its checksum verified', async () => {
  const file = join(dir, 'pack')
  writeFileSync(file, 'content')
  const give = blobs(join(dir, 'cache'))
  expect(Buffer.from(await give({ file, sha256: sum })).toString()).toBe('content')
  const wrong = sha256('other')
  expect(await failure(give({ file, sha256: wrong }))).toBe(`DIR/pack has SHA-256 ${sum}, declared is ${wrong}`)
  expect(await failure(give({ file: join(dir, 'none'), sha256: sum }))).toContain('cannot read DIR/none: ENOENT')
})

test('a download is made once, also for many at a time and in the next run', async () => {
  const { asked, fetch } = server()
  const source: BlobSource = { url, sha256: sum }
  const give = blobs(dir, { fetch })
  await Promise.all([give(source), give(source), give(source)])
  await blobs(dir, { fetch })(source)
  expect(asked).toEqual([url])
  expect(readdirSync(dir)).toEqual([sum])
})

test('a damaged cache is not believed', async () => {
  writeFileSync(join(dir, sum), 'other')
  const { asked, fetch } = server()
  expect(Buffer.from(await blobs(dir, { fetch })({ url, sha256: sum })).toString()).toBe('content')
  expect(asked).toHaveLength(1)
})

test('what cannot be trusted or had is refused, and nothing is kept', async () => {
  const give = (one: ReturnType<typeof server>, source: BlobSource = { url, sha256: sum }) =>
    failure(blobs(dir, { fetch: one.fetch, maxBytes: 1024 * 1024 })(source))
  const down: typeof fetch = async () => {
    throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND files.example') })
  }
  expect([
    await give(server('changed')),
    await give(server(), { url: 'http://files.example/x', sha256: sum }),
    await give(server('content', {}, 'http://mirror.example/x')),
    await give(server('', { status: 404, statusText: 'Not Found' })),
    await give(server('x'.repeat(1024 * 1024 + 1))),
    await give({ asked: [], fetch: down }),
  ]).toMatchInlineSnapshot(`
    [
      "https://files.example/pack.tar.gz has SHA-256 d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed, declared is ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",
      ""http://files.example/x" is not an https address",
      "https://files.example/pack.tar.gz leads to http://mirror.example/x, which is not https",
      "https://files.example/pack.tar.gz answered 404 Not Found",
      "https://files.example/pack.tar.gz is larger than 1 MB",
      "cannot download https://files.example/pack.tar.gz: getaddrinfo ENOTFOUND files.example",
    ]
  `)
  expect(readdirSync(dir)).toEqual([])
})

test('the cache follows XDG_CACHE_HOME', () => {
  expect(defaultBlobCache({ XDG_CACHE_HOME: '/c' })).toBe('/c/orchestrate')
  expect(defaultBlobCache({})).toMatch(/\/\.cache\/orchestrate$/)
})
