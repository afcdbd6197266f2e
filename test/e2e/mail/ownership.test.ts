import { beforeAll, expect, test } from 'vitest'
import { differencesOf, reported } from '../support/orchestrate.ts'
import { sv2 } from './tools/sv2.ts'
import { on, places } from './world/index.ts'
import { world } from './world/managed.ts'

const { b2 } = places

beforeAll(world)

test('accounts.mode: PostfixAdmin’s changes stay in mode ui and are set back in mode merge; both make what is missing', {
  timeout: 120_000,
}, async () => {
  const sql = (statement: string) => on(b2.name, `mysql -NBe "${statement}" postfix`)
  const name = () => sql("SELECT name FROM mailbox WHERE username = 'dan@green.example'")
  await sql(`UPDATE mailbox SET name = 'Daniel' WHERE username = 'dan@green.example';
    DELETE FROM alias WHERE address = 'multi@green.example'`)
  try {
    const differences = async (...asked: Parameters<typeof sv2>) =>
      differencesOf(reported(await sv2(...asked)).get(b2.name))
    expect(await differences('drift', { accountsMode: 'ui' })).toEqual([
      'database-rows:postfix.alias row multi@green.example: absent → added',
    ])
    expect((await sv2('apply', { accountsMode: 'ui' })).code).toBe(0)
    expect(await name()).toBe('Daniel')
    expect(await differences('drift')).toEqual(['database-rows:postfix.mailbox row dan@green.example: name: Daniel → '])
  } finally {
    expect((await sv2('apply')).code).toBe(0)
  }
  expect(await name()).toBe('')
  expect(await sql("SELECT goto FROM alias WHERE address = 'multi@green.example'")).toBe(
    'dan@green.example,user@gmail.example',
  )
})
