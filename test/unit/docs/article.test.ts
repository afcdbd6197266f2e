import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(`${root}docs/article.md`, 'utf8')
const textsUnder = (folder: string, ending: string) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))
    .join('\n')

const flows = textsUnder('test/e2e/mail', '.test.ts')
const lints = textsUnder('roles', '.ts')
const lintTests = textsUnder('test/unit/roles', '.test.ts')

/** The rows of both tables: number, what the article does, what we do, by what it is shown, and (steps) where we differ. */
const rows = page
  .split('\n')
  .filter((line) => /^\| [SM]\d+ \|/.test(line))
  .map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(' | ')
      .map((cell) => cell.trim()),
  )
  .map(([number = '', ...cells]) => ({ number, cells, shown: cells[2] ?? '' }))

test('every step and every mistake of the article has one row, in order', () => {
  const numbers = (letter: string) =>
    rows.flatMap(({ number }) => (number.startsWith(letter) ? Number(number.slice(1)) : []))
  expect(numbers('S')).toEqual(Array.from({ length: 150 }, (_, index) => index + 1))
  expect(numbers('M')).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
})

test.for(rows.map(({ number, cells, shown }) => [number, cells, shown] as const))(
  '%s: its row is complete, and the tests it names exist',
  ([number, cells, shown]) => {
    expect(cells).toHaveLength(number.startsWith('S') ? 4 : 3)
    // Only where we do as the article does may the last column of a step be empty.
    for (const cell of cells.slice(0, 3)) expect(cell).not.toBe('')
    const [, ours = '', , why = ''] = cells
    if (ours === '–') expect(why, 'a step that is left out says why').not.toBe('')
    expect(referencesOf(shown).length, 'at least one test').toBeGreaterThan(0)
    expect(referencesOf(shown).filter((one) => !exists(one))).toEqual([])
  },
)

const roleNames = readdirSync(`${root}docs/roles`).map((name) => name.replace('.md', ''))

test.for(roleNames)('docs/roles/%s.md claims every step that its role does', (role) => {
  const [, line = ''] = /^\| Article \| (.*) \|$/m.exec(readFileSync(`${root}docs/roles/${role}.md`, 'utf8')) ?? []
  const claimed = new Set(
    [...line.matchAll(/S(\d+)(?:–S(\d+))?/g)].flatMap(([, first, last]) => stepsFrom(first, last)),
  )
  const done = rows.filter(({ number, cells }) => {
    return number.startsWith('S') && new RegExp(`\\b${role}\\b`).test((cells[1] ?? '').replaceAll(/`[^`]*`/g, ''))
  })
  // A role that the article knows nothing of says so.
  expect(done.length > 0).toBe(line !== 'nothing of it')
  expect(done.map(({ number }) => number).filter((number) => !claimed.has(number))).toEqual([])
})

test('a name of no test is found out', () => {
  expect(
    ['A99', 'roles/dovecot “no such title”', 'roles/nothing “renders”', 'lint `noProblems`'].filter(exists),
  ).toEqual([])
  expect(referencesOf('A5 (red), A9b; roles/base “a; b”; lint `x`: lints/y “z”')).toEqual([
    'A5',
    'A9b',
    'roles/base “a; b”',
    'lint `x`',
    'lints/y “z”',
  ])
})

function stepsFrom(first = '', last = first): string[] {
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `S${Number(first) + index}`)
}

function referencesOf(cell: string): string[] {
  return cell.match(/[a-z0-9/-]+ “[^”]+”|lint `\w+`|\bA\d+b?\b/g) ?? []
}

function exists(reference: string): boolean {
  const [, place, title] = /^(\S+) “(.+)”$/.exec(reference) ?? []
  if (place !== undefined && title !== undefined) return filesOf(place).some((text) => holdsTitle(text, title))
  const [, lint] = /^lint `(\w+)`$/.exec(reference) ?? []
  if (lint !== undefined) return lints.includes(`export function ${lint}(`) && lintTests.includes(`${lint}(`)
  return holdsTitle(flows, `${reference} `)
}

function filesOf(place: string): string[] {
  const [, area = '', name = ''] = /^(\w+)\/(.+)$/.exec(place) ?? []
  const paths = {
    roles: [`test/unit/roles/${name}/${name}.test.ts`, `test/unit/roles/${name}.test.ts`],
    e2e: [`test/e2e/${name}.test.ts`],
    session: [`test/session/${name}.test.ts`],
  }[area] ?? [`test/unit/${area}/${name}.test.ts`]
  return paths.filter((path) => existsSync(`${root}${path}`)).map((path) => readFileSync(`${root}${path}`, 'utf8'))
}

function holdsTitle(text: string, title: string): boolean {
  return text.includes(`'${title}`) || text.includes(`\`${title}`)
}
