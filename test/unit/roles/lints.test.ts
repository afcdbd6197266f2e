import { expect, test } from 'vitest'
import dovecot from '../../../roles/dovecot/index.ts'
import httpd from '../../../roles/httpd/index.ts'
import mailstore from '../../../roles/mailstore/index.ts'
import openarc from '../../../roles/openarc/index.ts'
import opendkim from '../../../roles/opendkim/index.ts'
import opendmarc from '../../../roles/opendmarc/index.ts'
import postfix from '../../../roles/postfix/index.ts'
import postfixadmin from '../../../roles/postfixadmin/index.ts'
import postsrsd from '../../../roles/postsrsd/index.ts'
import tls from '../../../roles/tls/index.ts'
import { resourcesOf, textOf } from './evaluated.ts'
import { everything, everythingOf } from './everything.ts'
import { fileProblems } from './file-problems.ts'
import { ordinary } from './postfix/evaluated.ts'

const roles = [tls, postfixadmin, httpd, mailstore, dovecot, opendkim, opendmarc, openarc, postsrsd, postfix]
const webadmin = { sha256: 'a'.repeat(64) }

const [fqdn, blue, red] = ['sv1.blue.example', 'mail.blue.example', 'mail.red.example']
const usual = { fqdn, domains: ['blue.example', 'red.example'], clientNames: [fqdn, blue, red] }
const all = {
  fqdn,
  domains: [...usual.domains, 'green.example', 'old.example'],
  clientNames: everything.tls.clientNames.map(({ name }) => name),
}

test.for<[string, object, typeof usual]>([
  ['ordinary', { ...ordinary, webadmin }, usual],
  ['everything', everythingOf(roles), all],
  [
    'egress mode',
    { ...ordinary, webadmin, srs: { mode: 'egress' }, arc: { trustedSealers: ['gmail.example'] } },
    usual,
  ],
])('no lint finds anything in what the roles render: %s', ([, vars, facts]) => {
  const resources = resourcesOf(roles, vars)
  const paths = [...resources.keys()].filter((id) => id.startsWith('file:')).map((id) => id.slice('file:'.length))
  const files = new Map(paths.map((path) => [path, textOf(resources, path)]))
  expect(files.size).toBeGreaterThan(30)
  expect(fileProblems(files, facts)).toEqual([])
})

test('all lints over one host’s files, M-mistakes of the article among them', () => {
  const files = new Map([
    [
      '/etc/postfix/main.cf',
      'myhostname = sv1.blue.example\nalias_maps = hash:/etc/aliases, mysql:/etc/postfix/mysql_alias_maps.cf\n',
    ],
    ['/etc/postfix/tls_server_sni_maps', 'mail.blue.example /x/fullchain.pem /x/privkey.pem\n'],
    ['/etc/opendkim/KeyTable', 'd._domainkey.red.example blue.example:d:/k/red.example/d.private\n'],
    ['/etc/opendkim/SigningTable', '* d._domainkey.red.example\n'],
    ['/etc/opendkim/TrustedHosts', '0.0.0.0/0\n'],
    ['/etc/opendmarc.conf', 'AuthservID blue.example\n'],
    ['/etc/default/postsrsd', 'SRS_SECRET_LENGTH=24\n'],
    ['/etc/dovecot/dovecot.conf', 'mail_path = ~/Maildir\n'],
  ])
  const facts = {
    fqdn: 'sv1.blue.example',
    domains: ['blue.example', 'red.example'],
    clientNames: ['mail.blue.example'],
  }
  expect(fileProblems(files, facts).map(({ place }) => place)).toEqual(
    [
      'main.cf:2 alias_maps',
      'tls_server_sni_maps:1 mail.blue.example',
      'KeyTable:1',
      'SigningTable:1',
      'TrustedHosts:1',
      'opendmarc.conf AuthservID',
      'dovecot.conf:1',
      '/etc/default/postsrsd:1',
    ].map((place) => expect.stringContaining(place)),
  )
})
