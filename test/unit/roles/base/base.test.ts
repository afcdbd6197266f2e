import { expect, test } from 'vitest'
import base from '../../../../roles/base/index.ts'
import { allOthers, allTexts, problemsOf, resourcesOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const host = { fqdn: 'sv1.blue.example' }
const plain = resourcesOf([base], { host })
const full = resourcesOf([base], everythingOf([base]))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files and declares the rest: %s', async ([name, resources]) => {
  await expect(`${allTexts(resources)}\n${allOthers(resources)}`).toMatchFileSnapshot(`golden/${name}`)
})

test('the host has its name and its repositories before any package', () => {
  const ids = [...plain.keys()]
  const first = ids.findIndex((id) => id.startsWith('package:'))
  expect(ids.slice(0, first)).toEqual(['hostname:sv1.blue.example', 'repository:crb', 'repository:epel'])
})

test('packages are brought up to date only when asked for', () => {
  expect(plain.has('command:update all packages')).toBe(false)
  expect(String(wantOf(full, 'command:update all packages')['unless'])).toBe('dnf -q check-update')
})

test('without clock, journal and mail file nothing of them is left', () => {
  const bare = resourcesOf([base], {
    host,
    base: { timeService: false },
    logging: { journalPersistent: false, mailFile: false },
  })
  expect([...bare.keys()].filter((id) => /chron|journal|rsyslog/.test(id))).toEqual([])
})

test('a time zone that is no name, and a repository that the role does not know', () => {
  expect(problemsOf([base], { host, base: { timezone: '../../etc/shadow', repositories: ['remi'] } })).toMatchObject([
    { place: 'vars.base.repositories.0', allowed: 'epel, crb or epel-testing' },
    { place: 'vars.base.timezone' },
  ])
})
