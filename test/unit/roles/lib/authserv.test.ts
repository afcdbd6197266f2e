import { describe, expect, test } from 'vitest'
import { authservProblems } from '../../../../roles/lib/authserv.ts'

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
