import { describe, expect, test } from 'vitest'
import { authservProblems } from '../../../../src/mail/lints/authserv.ts'
import { postsrsdProblems } from '../../../../src/mail/lints/postsrsd.ts'

describe('M4: the authserv-id', () => {
  const fqdn = 'sv1.blue.example'

  test('the article’s: the bare domain in two files, the host name in the third, nothing that strips', () => {
    const problems = authservProblems({
      fqdn,
      opendkim: 'Mode sv\n',
      opendmarc: 'AuthservID blue.example\nTrustedAuthservIDs blue.example\n',
      openarc: 'AuthservID blue.example\n',
      headerChecks: '# empty\n',
    })
    expect(problems.map(({ place, found }) => `${place}: ${found}`)).toEqual([
      'opendmarc.conf AuthservID: blue.example',
      'opendmarc.conf TrustedAuthservIDs: blue.example',
      'openarc.conf AuthservID: blue.example',
      'header_checks: nothing that drops forged Authentication-Results',
    ])
  })

  test('one id everywhere', () => {
    const headerChecks = String.raw`/^Authentication-Results:\s*(\(.*?\)\s*)?sv1\.blue\.example\b/ IGNORE`
    const opendkim = `AuthservID ${fqdn}\nRemoveARFrom ${fqdn}\n`
    const opendmarc = 'AuthservID HOSTNAME\n'
    expect(authservProblems({ fqdn, opendkim, opendmarc, headerChecks, main: `myhostname = ${fqdn}\n` })).toEqual([])
  })
})

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
