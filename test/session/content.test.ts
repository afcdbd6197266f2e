import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lines, raw, type Script, sh } from '../../src/kernel/sh.ts'
import type { Session } from '../../src/model/session.ts'
import { shells, World } from './world.ts'

describe.each(shells)('through a real %s', (shell) => {
  let world: World
  let session: Session
  beforeAll(async () => {
    world = new World()
    const host = await world.host({ shell })
    world.know([host.port])
    session = await world.connect(world.connection(host.port))
  })
  afterAll(() => world.end())

  /** What gives shells trouble, mixed with anything else; only NUL cannot be in a word. */
  const piece = fc.constantFrom(
    "'",
    '"',
    '$(id)',
    '`id`',
    '\n',
    '%',
    '%s',
    '\\',
    '$HOME',
    '!',
    'ä€😀',
    '\r',
    '\t',
    ' ',
    '-n',
    '#',
    ';',
    '*',
    '\u0001',
    '\u007f',
  )
  const word = fc
    .array(
      fc.oneof(
        piece,
        fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      ),
    )
    .map((parts) => parts.join(''))
  const content = fc.uint8Array({ maxLength: 3_000 })

  test('quoted words arrive unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
        const { stdout } = await session.run(sh`for word in ${words}; do printf '%s' "$word" | base64 -w0; echo; done`)
        const expected = words.map((text) => `${Buffer.from(text.toWellFormed()).toString('base64')}\n`)
        expect(stdout).toBe(expected.join(''))
      }),
      { numRuns: 25 },
    )
  })

  test('output comes back unchanged, whatever it looks like', async () => {
    await fc.assert(
      fc.asyncProperty(word, word, async (out, err) => {
        const got = await session.run(sh`printf %s ${out}; printf %s ${err} >&2`)
        expect(got).toEqual({ code: 0, stdout: out.toWellFormed(), stderr: err.toWellFormed() })
      }),
      { numRuns: 25 },
    )
  })

  test('bytes in a base64 here-document and in a blob arrive unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(content, content, async (document, blob) => {
        const script = lines([hereDocument(raw('base64 -d'), document), raw('cat "$blob_it"')], '')
        const { stdout } = await session.run(sh`( ${script} ) | base64 -w0`, { blobs: new Map([['it', blob]]) })
        expect(stdout).toBe(Buffer.concat([document, blob]).toString('base64'))
      }),
      { numRuns: 20 },
    )
  })

  test('200 kB arrive unchanged by both ways, and come back', async () => {
    const big = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 256))
    const sum = sh`sum() { sha256sum | cut -d' ' -f1; }`
    const script = lines([sum, hereDocument(sh`base64 -d | sum`, big), sh`sum < "$blob_big"; base64 -w0 "$blob_big"`])
    const { stdout } = await session.run(script, { blobs: new Map([['big', big]]) })
    const [first, second, back] = stdout.split('\n')
    expect(first).toBe(second)
    expect(back === big.toString('base64')).toBe(true)
  })
})

/** A command that reads bytes as base64 from a here-document. */
function hereDocument(command: Script, bytes: Uint8Array): Script {
  return lines([raw('{ '), command, raw(`; } <<'END'\n${Buffer.from(bytes).toString('base64')}\nEND\n`)], '')
}
