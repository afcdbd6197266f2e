import { expect, test } from 'vitest'
import { fileProblems } from './file-problems.ts'

// The article's own files (S55, S58, S64, S68, S69, S72, S81, S109–S111, S115), with .example for its domains.
const main = `compatibility_level=2
myhostname=sv1.blue.example
mydomain=blue.example
myorigin=$myhostname
inet_interfaces=all
inet_protocols=ipv4
mydestination=$myhostname, localhost.$mydomain, localhost
mynetworks=127.0.0.0/8
alias_maps=hash:/etc/aliases,proxy:mysql:/etc/postfix/mysql_alias_maps.cf
alias_database=hash:/etc/aliases
home_mailbox=Maildir/
mailbox_command=/usr/libexec/dovecot/deliver
allow_mail_to_commands=alias,forward,include
smtpd_tls_cert_file=/etc/letsencrypt/live/blue.example/fullchain.pem
smtpd_tls_key_file=/etc/letsencrypt/live/blue.example/privkey.pem
smtpd_tls_security_level=may
smtpd_sasl_auth_enable=yes
smtpd_sasl_type=dovecot
smtpd_sasl_path=private/auth
smtpd_sasl_local_domain=$mydomain
smtpd_client_restrictions=reject_rbl_client bl.spamcop.net, reject_rbl_client cbl.abuseat.org, reject_rbl_client truncate.gbudb.net, check_client_access hash:/etc/postfix/reject_client, permit
smtpd_recipient_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
broken_sasl_auth_clients=yes
tls_server_sni_maps=hash:/etc/postfix/tls_server_sni_maps
virtual_transport=lmtp:unix:private/dovecot-lmtp
virtual_mailbox_base=/home/mailuser
virtual_alias_maps=mysql:/etc/postfix/mysql_virtual_alias_maps.cf
virtual_mailbox_domains=mysql:/etc/postfix/mysql_virtual_domains_maps.cf
virtual_mailbox_maps=mysql:/etc/postfix/mysql_virtual_mailbox_maps.cf
virtual_minimum_uid=10000
virtual_uid_maps=static:10000
virtual_gid_maps=static:10000
virtual_mailbox_limit=0
smtpd_tls_session_cache_database=btree:/var/lib/postfix/smtpd_scache
milter_default_action=accept
milter_protocol=6
smtpd_milters=inet:localhost:8891,inet:localhost:8892,inet:localhost:8893
sender_canonical_maps=hash:/etc/postfix/canonical,tcp:localhost:10001
recipient_canonical_maps=tcp:localhost:10002
header_checks=regexp:/etc/postfix/header_checks
`
const master = `smtp inet n - n - - smtpd
submission inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
smtps inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
`
const live = '/etc/letsencrypt/live'
const sni = ['blue.example', 'blredue.example', 'green.example']
  .map((name) => `${name} ${live}/${name}/fullchain.pem ${live}/${name}/privkey.pem`)
  .join('\n')
const keys = '/etc/opendkim/keys'
const made = ['domains', 'alias', 'mailbox'].map((name) => [`/etc/postfix/mysql_virtual_${name}_maps.cf`, ''] as const)

const files = new Map([
  ['/etc/postfix/main.cf', main],
  ['/etc/postfix/master.cf', master],
  ['/etc/postfix/tls_server_sni_maps', sni],
  ['/etc/postfix/reject_client', ''],
  ...made,
  [
    '/etc/opendkim/KeyTable',
    ['blue', 'red', 'green']
      .map((one) => `default._domainkey.${one}.example blue.example:default:${keys}/${one}.example/default.private`)
      .join('\n'),
  ],
  ['/etc/opendkim/SigningTable', '*@blue.example default._domainkey.blue.example\n* default._domainkey.blue.example\n'],
  ['/etc/opendkim/TrustedHosts', '127.0.0.1\nlocalhost\n::1\n*.blue.example\n0.0.0.0/0\n'],
  ['/etc/opendkim.conf', 'Mode sv\nSocket inet:8891@localhost\n'],
  ['/etc/opendmarc.conf', 'AuthservID blue.example\nTrustedAuthservIDs blue.example\n'],
  ['/etc/openarc.conf', 'AuthservID blue.example\nMode sv\n'],
  [
    '/etc/default/postsrsd',
    'SRS_DOMAIN=blue.example\nSRS_EXCLUDE_DOMAINS="$(cat /etc/default/excluded_domains)"\nSRS_SECRET_LENGTH=24\n',
  ],
])

test('what the lints say of the article’s own files', () => {
  const facts = {
    fqdn: 'sv1.blue.example',
    domains: ['blue.example', 'red.example', 'green.example'],
    clientNames: ['blue.example', 'red.example', 'green.example', 'sv1.blue.example'],
  }
  expect(fileProblems(files, facts).map(({ place, found }) => `${place}: ${found}`)).toMatchInlineSnapshot(`
    [
      "main.cf:21 smtpd_client_restrictions: bl.spamcop.net without return codes",
      "main.cf:21 smtpd_client_restrictions: block list cbl.abuseat.org (part of zen.spamhaus.org since 2021)",
      "main.cf:21 smtpd_client_restrictions: block list truncate.gbudb.net (answers unreliably)",
      "main.cf:9 alias_maps: mysql:/etc/postfix/mysql_alias_maps.cf, which is not declared",
      "main.cf:38 sender_canonical_maps: hash:/etc/postfix/canonical, the package’s empty sample",
      "main.cf:40 header_checks: regexp:/etc/postfix/header_checks, the package’s empty sample",
      "tls_server_sni_maps:1 blue.example: /etc/letsencrypt/live/blue.example/fullchain.pem first",
      "tls_server_sni_maps:2 blredue.example: unknown name blredue.example",
      "tls_server_sni_maps:2 blredue.example: /etc/letsencrypt/live/blredue.example/fullchain.pem first",
      "tls_server_sni_maps:3 green.example: /etc/letsencrypt/live/green.example/fullchain.pem first",
      "tls_server_sni_maps: no entry for red.example",
      "tls_server_sni_maps: no entry for sv1.blue.example",
      "KeyTable:2: d=blue.example",
      "KeyTable:3: d=blue.example",
      "SigningTable:2: *: signs for everybody",
      "TrustedHosts:5: 0.0.0.0/0: no incoming mail is verified",
      "opendmarc.conf AuthservID: blue.example",
      "opendmarc.conf TrustedAuthservIDs: blue.example",
      "openarc.conf AuthservID: blue.example",
      "/etc/default/postsrsd:2: a command in SRS_EXCLUDE_DOMAINS",
      "/etc/default/postsrsd:3: unknown variable SRS_SECRET_LENGTH",
    ]
  `)
})
