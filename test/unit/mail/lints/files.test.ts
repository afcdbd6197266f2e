import { expect, test } from 'vitest'
import { fileProblems } from './host-files.ts'

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
