import { describe, expect, it } from 'vitest'
import { limitHosts } from '../../../src/cli/limit.ts'

const hosts = [
  { name: 'mx1', groups: ['mail', 'tokyo'] },
  { name: 'mx2', groups: ['mail'] },
  { name: 'web1', groups: ['web', 'tokyo'] },
  { name: 'a.b', groups: [] },
]

const names = (expression?: string) => limitHosts(expression, hosts).map(({ name }) => name)

describe('limitHosts', () => {
  it.each([
    [undefined, ['mx1', 'mx2', 'web1', 'a.b']],
    ['mx2', ['mx2']],
    ['web1,mx1', ['mx1', 'web1']],
    ['mx*', ['mx1', 'mx2']],
    ['mx?', ['mx1', 'mx2']],
    ['@mail', ['mx1', 'mx2']],
    ['@all', ['mx1', 'mx2', 'web1', 'a.b']],
    ['!mx2', ['mx1', 'web1', 'a.b']],
    ['@tokyo,!@web', ['mx1']],
    ['!@mail', ['web1', 'a.b']],
    ['@mail, !mx1', ['mx2']],
    ['a.*', ['a.b']],
  ])('%s selects %j', (expression, expected) => {
    expect(names(expression)).toEqual(expected)
  })

  it('refuses words that fit no host, with what there is', () => {
    expect(() => names('mx11')).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --limit: no host fits 'mx11'; did you mean mx1?
        hosts: mx1, mx2, web1, a.b
        groups: @mail, @tokyo, @web]
    `)
    expect(() => names('@mial')).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --limit: no host fits '@mial'; did you mean @mail?
        hosts: mx1, mx2, web1, a.b
        groups: @mail, @tokyo, @web]
    `)
    expect(() => names('!db*')).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --limit: no host fits 'db*'
        hosts: mx1, mx2, web1, a.b
        groups: @mail, @tokyo, @web]
    `)
    expect(() => names('aXb')).toThrow("no host fits 'aXb'")
    expect(() => names('mx1,')).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --limit has an empty part
        hosts: mx1, mx2, web1, a.b
        groups: @mail, @tokyo, @web]
    `)
  })

  it('refuses an empty selection', () => {
    expect(() => names('mx1,!mx*')).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --limit 'mx1,!mx*' leaves no host
        hosts: mx1, mx2, web1, a.b
        groups: @mail, @tokyo, @web]
    `)
  })
})
