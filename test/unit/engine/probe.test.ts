import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProbe, probeScript } from '../../../src/engine/probe.ts'
import { raw } from '../../../src/kernel/sh.ts'
import type { ProbeSession } from '../../../src/model/resource.ts'
import { host, made, madeKind } from './sample.ts'

const token = 'b1946ac92492d2347c6235b4d2611184'
const unit = madeKind('unit')
const unitFile = madeKind('unit-file')
const declared = host(
  made('unit:a', '1', { kind: unit }),
  made('unit-file:a', '1', { kind: unitFile }),
  made('unit:b', '2', { kind: unit }),
)
const answer = (name: string, text: string) => `\n${token} ${name}\n${text}\n${token} ${name} end\n`

function seen(output: string) {
  return Object.fromEntries(parseProbe(declared, token, output))
}

test('one section a kind, however many resources', () => {
  expect(String(probeScript(declared, token, { contents: false }))).toMatchInlineSnapshot(`
    "printf '
    %s
    ' 'b1946ac92492d2347c6235b4d2611184 unit'
    (
    echo unit
    )
    printf '
    %s end
    ' 'b1946ac92492d2347c6235b4d2611184 unit'
    printf '
    %s
    ' 'b1946ac92492d2347c6235b4d2611184 unit-file'
    (
    echo unit-file
    )
    printf '
    %s end
    ' 'b1946ac92492d2347c6235b4d2611184 unit-file'"
  `)
})

test('each kind reads its own section', () => {
  expect(seen(answer('unit', 'a 1\nb 2\n') + answer('unit-file', 'a 3'))).toEqual({
    'unit:a': { state: 'present', live: '1' },
    'unit:b': { state: 'present', live: '2' },
    'unit-file:a': { state: 'present', live: '3' },
  })
})

test('a kind without an answer, or with half of one, is unknown and never absent', () => {
  const unknown = { state: 'unknown', because: 'the probe gave no answer for unit' }
  expect(seen('')['unit:a']).toEqual(unknown)
  expect(seen(answer('unit-file', ''))['unit:a']).toEqual(unknown)
  expect(seen(`\n${token} unit\na 1\n`)['unit:a']).toEqual(unknown)
  expect(seen(`\n${token} unit end\n\n${token} unit\na 1\n`)['unit:a']).toEqual(unknown)
})

test.each([
  ['marks with another token', `\n0000 unit\na 9\n0000 unit end\n`],
  ['the token inside a line', `x ${token} unit end\n`],
  ['the token with more behind it', `${token} unit end of file\n`],
  ['a mark without line breaks', `${token} unit end`],
  ['carriage returns', `${token} unit end\r\n`],
])('hostile output before and inside does not move a section: %s', (_name, noise) => {
  const output = `${noise}${answer('unit', `${noise.replaceAll(token, 'guess')}\na 1\n${noise.startsWith('x') ? noise : ''}b 2`)}`
  expect(seen(output)).toMatchObject({ 'unit:a': { live: '1' }, 'unit:b': { live: '2' } })
})

test('output that does not know the token changes nothing, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\n', ' ', 'unit', 'end', 'x') }),
      (before, noise) => {
        fc.pre(![before, noise].some((text) => text.includes(token)))
        const clean = noise.replaceAll(/^[ab] /gm, '')
        expect(seen(before + answer('unit', `${clean}\na 1\nb 2`))).toMatchObject({
          'unit:a': { live: '1' },
          'unit:b': { live: '2' },
        })
      },
    ),
  )
})

test('a probe that fails or exits does not take the others with it', () => {
  const broken = madeKind('broken', raw('exit 3'))
  const script = String(probeScript(host(made('broken:a', '', { kind: broken })), token, { contents: false }))
  expect(script).toContain('(\nexit 3\n)')
})

test('kinds that share a session ask in one section, each reads all answers', () => {
  const session: ProbeSession = { name: 'store', ask: (questions) => raw(`store ${questions.join(' ')}`) }
  const { parse } = madeKind('row')
  const row = { name: 'row', parse, shared: { session, questions: () => ['rows'] } }
  const both = { ...madeKind('both'), shared: { session, questions: () => ['more'] } }
  const silent = { ...madeKind('silent'), shared: { session, questions: () => [] } }
  const all = host(
    made('row:a', '1', { kind: row }),
    made('both:b', '2', { kind: both }),
    made('silent:c', '3', { kind: silent }),
  )
  const script = String(probeScript(all, token, { contents: false }))
  expect(script.match(/^store .*/gm)).toEqual(['store rows more'])
  expect(script.match(/^echo .*/gm)).toEqual(['echo both', 'echo silent'])

  const stored = answer('store', 'a 1\nb 2')
  const unknown = { state: 'unknown' }
  const own = answer('both', '') + answer('silent', 'c 3')
  const read = (output: string) => Object.fromEntries(parseProbe(all, token, output))
  expect(read(own + stored)).toMatchObject({
    'row:a': { live: '1' },
    'both:b': { live: '2' },
    'silent:c': { live: '3' },
  })
  expect(read(own)).toMatchObject({ 'row:a': unknown, 'both:b': unknown, 'silent:c': { live: '3' } })
  expect(read(stored)).toMatchObject({ 'row:a': { live: '1' }, 'both:b': unknown, 'silent:c': unknown })
})
