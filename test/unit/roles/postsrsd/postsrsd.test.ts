import { expect, test } from 'vitest'
import postsrsd from '../../../../roles/postsrsd/index.ts'
import { absentOf, allTexts, ordinary, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const plain = resourcesOf([postsrsd])
const full = resourcesOf([postsrsd], everythingOf([postsrsd]))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files: %s', async ([name, resources]) => {
  await expect(allTexts(resources)).toMatchFileSnapshot(`golden/${name}`)
})

test('no sender of a hosted domain, of the host or of the rewriting domain is rewritten', () => {
  const [, list] = /^SRS_EXCLUDE_DOMAINS=(.*)$/m.exec(textOf(full, '/etc/default/postsrsd')) ?? []
  expect(list?.split(',')).toEqual([
    'blue.example',
    'red.example',
    'green.example',
    'old.example',
    'sv1.blue.example',
    'srs.blue.example',
  ])
})

test('account and directory are made only if they are missing, and are nobody else’s', () => {
  expect(wantOf(plain, 'group:postsrsd')).toMatchObject({ system: true })
  expect(wantOf(plain, 'user:postsrsd')).toMatchObject({ group: 'postsrsd', shell: '/sbin/nologin', system: true })
  expect(wantOf(plain, 'directory:/var/lib/postsrsd')).toMatchObject({ owner: 'root', group: 'postsrsd', mode: '0750' })
})

test('the secret is for root alone and is never printed', () => {
  expect(wantOf(plain, 'file:/etc/postsrsd.secret')).toMatchObject({ owner: 'root', mode: '0600' })
  expect(textOf(plain, '/etc/postsrsd.secret')).toBe('<secret:srs/secret>')
})

test('turned off, it is stopped and nothing else', () => {
  const off = resourcesOf([postsrsd], { ...ordinary, srs: { enabled: false } })
  expect([...off.keys()]).toEqual(['service:postsrsd.service'])
  expect(absentOf(off)).toEqual([...off.keys()])
})
