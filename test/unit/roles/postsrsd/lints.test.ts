import { describe, expect, test } from 'vitest'
import { postsrsdProblems } from '../../../../roles/postsrsd/lints.ts'

describe('M8: PostSRSd', () => {
  test('a variable that is none, a list made by a command', () => {
    const text = [
      'SRS_DOMAIN=blue.example',
      'SRS_EXCLUDE_DOMAINS="$(cat /etc/default/excluded_domains)"',
      'SRS_SECRET_LENGTH=24',
    ].join('\n')
    expect(postsrsdProblems(text, ['blue.example']).map(({ found }) => found)).toEqual([
      'a command in SRS_EXCLUDE_DOMAINS',
      'unknown variable SRS_SECRET_LENGTH',
    ])
  })

  test('settings of PostSRSd 2, and lines that are no assignment', () => {
    const text = 'srs-domain = "blue.example"\nSRS_DOMAIN blue.example\n'
    expect(postsrsdProblems(text).map(({ found }) => found)).toEqual([
      'srs-domain = "blue.example", a setting of PostSRSd 2',
      'SRS_DOMAIN blue.example',
    ])
  })

  test('own domains and the host’s name that are rewritten like strangers', () => {
    const text = 'SRS_EXCLUDE_DOMAINS=blue.example'
    const own = ['blue.example', 'red.example', 'sv1.blue.example']
    expect(postsrsdProblems(text, own).map(({ found }) => found)).toEqual([
      'red.example missing',
      'sv1.blue.example missing',
    ])
    expect(
      postsrsdProblems('SRS_EXCLUDE_DOMAINS=.blue.example,blue.example', ['blue.example', 'sv1.blue.example']),
    ).toEqual([])
  })
})
