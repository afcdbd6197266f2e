import { expect, test } from 'vitest'
import mailstore from '../../../../roles/mailstore/index.ts'
import mariadb from '../../../../roles/mariadb/index.ts'
import opendmarc from '../../../../roles/opendmarc/index.ts'
import postfixadmin from '../../../../roles/postfixadmin/index.ts'
import tls from '../../../../roles/tls/index.ts'
import { allOthers, allTexts, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const asking = [mariadb, tls, postfixadmin, mailstore, opendmarc]
const plain = resourcesOf([mariadb], {})
const everything = new Map(
  [...resourcesOf(asking, everythingOf(asking))].filter(
    ([id]) =>
      /^(package|service):mariadb|^file:\/etc\/my|^database|by socket/.test(id) && !/^database-(schema|rows):/.test(id),
  ),
)

test.for([
  ['ordinary', plain],
  ['everything', everything],
] as const)('renders its file and declares databases, accounts and grants: %s', async ([name, resources]) => {
  await expect(`${allTexts(resources)}\n${allOthers(resources)}`).toMatchFileSnapshot(`golden/${name}`)
})

test('nobody reaches it from outside', () => {
  expect(textOf(plain, '/etc/my.cnf.d/zz-orchestrate.cnf')).toContain('\nbind-address = 127.0.0.1\n')
  const accounts = [...everything.values()]
    .filter(({ id, wanted }) => id.startsWith('database-user:') && wanted === 'present')
    .map(({ id }) => id)
  expect(accounts).toHaveLength(4)
  for (const id of accounts) expect(wantOf(everything, id)).toMatchObject({ host: 'localhost' })
})

test('each daemon has an account of its own, and none may do everything', () => {
  const grants = [...everything.keys()].filter((id) => id.startsWith('database-grant:'))
  expect(grants.length).toBeGreaterThan(5)
  for (const id of grants) expect(wantOf(everything, id)['privileges']).not.toContain('ALL PRIVILEGES')
})
