import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Resource } from '../../../src/model/resource.ts'
import { cases, secretTexts } from './case-files.ts'
import { applyText, changeOf, context, probeOf, probeText } from './case-run.ts'
import { declare, kindNames } from './registry.ts'

const sound = cases
  .map((one) => ({ one, resource: declare(one.kind, one.want, one.absent) }))
  .filter(({ resource }) => resource.problems.length === 0)

/** One resource per id, as on a host. */
function resourcesOf(kind: string, wanted?: Resource['wanted']): Resource[] {
  const mine = sound
    .filter(({ one, resource }) => one.kind === kind && resource.wanted === (wanted ?? resource.wanted))
    .map(({ resource }) => resource)
  return [...new Map(mine.map((resource) => [resource.id, resource])).values()]
}

describe.each(kindNames)('%s', (kind) => {
  const resources = resourcesOf(kind)
  const lines = [
    ...new Set(sound.filter(({ one }) => one.kind === kind).flatMap(({ one }) => (one.probed ?? '').split('\n'))),
  ]

  test('reads any text without throwing, and every resource has an answer', { timeout: 30_000 }, () => {
    const piece = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...lines), shuffled(lines))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const seen = resources[0]?.kind.parse(pieces.join('\n'), resources)
        return resources.every((resource) => {
          const observed = seen?.get(resource.id)
          return observed !== undefined && resource.compare(observed, context(undefined)).action !== undefined
        })
      }),
      { numRuns: 50 },
    )
  })

  test('is satisfied by what it wants', () => {
    expect(sound.some(({ one }) => one.kind === kind && one.change === 'keep')).toBe(true)
  })

  // A guard is a command of its own, so this kind alone asks once for each resource.
  if (kind !== 'command') {
    test('asks with as many processes for many resources as for one of each', () => {
      expect(processes(probeText([...resources, ...resources]))).toEqual(processes(probeText(resources)))
    })
  }
})

test.each(kindNames.filter((kind) => kind !== 'service'))(
  '%s asks for what is absent in the same processes',
  (kind) => {
    const [there, both] = [
      resourcesOf(kind, 'present'),
      [...resourcesOf(kind, 'present'), ...resourcesOf(kind, 'absent')],
    ]
    expect(processes(probeText(both))).toEqual(processes(probeText(there)))
  },
)

test('every attribute of a difference is one word for programs', () => {
  const attributes = sound.flatMap(({ one, resource }) => {
    const change = changeOf(resource, one)
    return 'differences' in change ? change.differences.map(({ attribute }) => attribute) : []
  })
  expect(attributes.filter((attribute) => !/^[a-z]+$/.test(attribute))).toEqual([])
})

test('no secret shows in a plan or a masked script, and none travels in a probe', () => {
  const spelled = [...secretTexts].flatMap((text) => [
    text,
    Buffer.from(text).toString('base64').slice(0, -4),
    nativeHash(text),
  ])
  expect(spelled.length).toBeGreaterThan(0)
  for (const { one, resource } of sound) {
    const change = changeOf(resource, one)
    const shown = [JSON.stringify(change), probeOf([resource]).revealed()]
    if (change.action !== 'keep') shown.push(applyText(resource, change, one))
    for (const text of spelled) expect(shown.join('\n'), resource.id).not.toContain(text)
  }
})

test('the same want gives the same scripts', () => {
  for (const { one, resource } of sound) {
    const twin = declare(one.kind, one.want, one.absent)
    expect(twin.id).toBe(resource.id)
    expect(probeText([twin])).toBe(probeText([resource]))
  }
})

/** A line with its fields in another order: looks right, is not. */
function shuffled(lines: readonly string[]) {
  const words = lines.flatMap((line) => line.split(/[\t ]/)).filter(Boolean)
  const word = words.length > 0 ? fc.constantFrom(...words) : fc.string()
  return fc
    .array(word, { maxLength: 8 })
    .chain((some) => fc.constantFrom('\t', ' ', ':', '=').map((by) => some.join(by)))
}

/** The programs a script starts, as far as they can be told without running it: quoted text and here-documents are left out. */
function processes(script: string): string[] {
  const bare = script.replace(/<<'(\w+)'[\s\S]*?\n\1/g, '').replace(/'[^']*'|\\./g, ' ')
  return (
    bare.match(
      /\b(awk|base64|busctl|cat|dnf|find|firewall-(offline-)?cmd|getent|getsebool|grep|head|mysql|rpm|sed|semanage|sha256sum|sort|systemctl|xargs)\b/g,
    ) ?? []
  )
}

function nativeHash(text: string): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest()
  return sha1(sha1(text)).toString('hex').toUpperCase()
}
