import { describe, expect, test } from 'vitest'
import {
  blockListProblems,
  mainCfNameProblems,
  masterCfNameProblems,
  missingMapProblems,
  newerValueProblems,
  restrictionProblems,
} from '../../../../roles/postfix/lints.ts'
import { sniProblems } from '../../../../roles/postfix/sni.ts'

describe('parameters', () => {
  test('a misspelt one is named with the right spelling; postconf only warns', () => {
    expect(mainCfNameProblems('myhostname = sv1\nsmtpd_recipent_restrictions = permit\n')).toEqual([
      {
        place: 'main.cf:2',
        found: 'unknown parameter smtpd_recipent_restrictions',
        allowed: 'smtpd_recipient_restrictions?',
      },
    ])
  })

  test('one of a later Postfix is refused, with the release that brought it', () => {
    expect(mainCfNameProblems('tls_ffdhe_auto_groups = ffdhe2048')[0]?.found).toContain('came with Postfix 3.8')
    for (const name of ['tlsproxy_client_policy_maps', 'tlsproxy_client_security_level'])
      expect(mainCfNameProblems(`${name} = may`)[0]?.found, name).toContain('came with Postfix 3.7')
    expect(mainCfNameProblems('postscreen_denylist_action = drop')[0]?.found).toContain('came with Postfix 3.6')
  })

  test('what EL9’s builds of 3.5 have from later releases is known', () => {
    for (const name of ['use_srv_lookup', 'smtpd_forbid_bare_newline', 'smtpd_forbid_unauth_pipelining'])
      expect(mainCfNameProblems(`${name} = yes`), name).toEqual([])
  })

  test('names that only Postfix’s own header file has are none: postconf 3.5.9 calls them unused', () => {
    const text = 'local = x\nlmtpd_timeout = 1s\npostscreen_dnsbl_enable = yes\nproxy_read_access_list = x\n'
    expect(mainCfNameProblems(text).map(({ place }) => place)).toEqual([
      'main.cf:1',
      'main.cf:2',
      'main.cf:3',
      'main.cf:4',
    ])
  })

  test('names of long ago that 3.5.9 still takes are known', () => {
    expect(mainCfNameProblems('smtpd_client_connection_limit_exceptions = $mynetworks\nvirtual_maps =\n')).toEqual([])
  })

  test('those of transports, own ones that are used, and continued lines are known', () => {
    const text = 'egress_destination_concurrency_limit = 2\nown = 1\nmydomain =\n  $own\n# nothing = 1\n'
    expect(mainCfNameProblems(text)).toEqual([])
  })

  test('overrides of master.cf are looked at too', () => {
    const master = 'smtps inet n - n - - smtpd\n  -o smtpd_tls_wrapermode=yes\n  -o { cleanup_service_name = sub }\n'
    expect(masterCfNameProblems(master)).toEqual([
      {
        place: 'master.cf:1 smtps/inet',
        found: 'unknown parameter smtpd_tls_wrapermode',
        allowed: 'smtpd_tls_wrappermode?',
      },
    ])
  })

  test('a name of one’s own that only master.cf refers to is known', () => {
    const main = 'mua_client_restrictions = permit_sasl_authenticated, reject\nunused_restrictions = reject\n'
    const master = 'submission inet n - n - - smtpd\n  -o smtpd_client_restrictions=$mua_client_restrictions\n'
    expect(mainCfNameProblems(main, master).map(({ place }) => place)).toEqual(['main.cf:2'])
  })

  test('values of a later Postfix', () => {
    const text = 'compatibility_level = 3.6\nsmtpd_tls_protocols = >=TLSv1.2\nsmtp_tls_protocols = !SSLv2, !SSLv3'
    expect(newerValueProblems(text).map(({ place }) => place)).toEqual([
      'main.cf:1 compatibility_level',
      'main.cf:2 smtpd_tls_protocols',
    ])
    const master = 'submission inet n - n - - smtpd\n  -o smtpd_tls_mandatory_protocols=>=TLSv1.2\n'
    expect(newerValueProblems('', master).map(({ place }) => place)).toEqual([
      'master.cf:1 submission/inet smtpd_tls_mandatory_protocols',
    ])
  })
})

describe('restrictions', () => {
  test('the article’s own lists are spelt right', () => {
    const main =
      'smtpd_recipient_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\nsmtpd_client_restrictions=check_client_access hash:/etc/postfix/reject_client, permit\n'
    const master =
      'submission inet n - n - - smtpd\n  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject\n'
    expect(restrictionProblems(main, master)).toEqual([])
  })

  test('a misspelt word would answer 451 to every client', () => {
    const main = 'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destinations\n'
    expect(restrictionProblems(main)).toEqual([
      {
        place: 'main.cf:1 smtpd_recipient_restrictions',
        found: 'unknown restriction reject_unauth_destinations',
        allowed: 'reject_unauth_destination?',
      },
    ])
  })

  test('arguments, tables, variables and classes are no restrictions', () => {
    const main = [
      'smtpd_restriction_classes = strict',
      'strict = reject_rbl_client zen.example=127.0.0.[2..11], check_policy_service { unix:private/quota-status }',
      'smtpd_client_restrictions = check_client_access cidr:/etc/postfix/clients, hash:/etc/postfix/x, $other, strict',
      'smtpd_helo_restrictions = warn_if_reject reject_unknown_helo_hostname',
    ].join('\n')
    expect(restrictionProblems(main)).toEqual([])
  })

  test('an argument that is missing, and overrides of master.cf', () => {
    const master =
      'submission inet n - n - - smtpd\n -o smtpd_sender_restrictions=reject_sender_login_missmatch,check_sender_access\n'
    expect(restrictionProblems('', master).map(({ found }) => found)).toEqual([
      'unknown restriction reject_sender_login_missmatch',
      'check_sender_access without an argument',
    ])
  })
})

test('M20: dead block lists, and lists without a filter of return codes', () => {
  const main =
    'smtpd_client_restrictions=reject_rbl_client bl.spamcop.net, reject_rbl_client cbl.abuseat.org, reject_rbl_client truncate.gbudb.net, permit\n'
  expect(blockListProblems(main).map(({ found }) => found)).toEqual([
    'bl.spamcop.net without return codes',
    'block list cbl.abuseat.org (part of zen.spamhaus.org since 2021)',
    'block list truncate.gbudb.net (answers unreliably)',
  ])
  expect(blockListProblems('postscreen_dnsbl_sites = zen.spamhaus.org=127.0.0.[2..11]*2')).toEqual([])
  expect(
    blockListProblems('postscreen_dnsbl_sites = spam.dnsbl.sorbs.net=127.0.0.6').map(({ found }) => found),
  ).toEqual(['block list spam.dnsbl.sorbs.net (closed in 2024)'])
})

describe('tables', () => {
  test('M27: the alias map that nothing makes', () => {
    const main = 'alias_maps=hash:/etc/aliases,proxy:mysql:/etc/postfix/mysql_alias_maps.cf\n'
    expect(missingMapProblems({ main }, [])).toEqual([
      {
        place: 'main.cf:1 alias_maps',
        found: 'mysql:/etc/postfix/mysql_alias_maps.cf, which is not declared',
        allowed: 'a file that is declared as well',
      },
    ])
  })

  test('the package’s empty samples count as missing; caches and declared files do not', () => {
    const main = [
      'dir = /etc/postfix',
      'sender_canonical_maps = hash:${dir}/canonical, tcp:127.0.0.1:10001',
      'header_checks = pcre:$dir/mine',
      'smtpd_tls_session_cache_database = btree:/var/lib/postfix/smtpd_scache',
    ].join('\n')
    expect(missingMapProblems({ main }, ['/etc/postfix/mine']).map(({ found }) => found)).toEqual([
      'hash:/etc/postfix/canonical, the package’s empty sample',
    ])
  })
})

describe('M1: the SNI table', () => {
  const article = [
    'blue.example /etc/letsencrypt/live/blue.example/fullchain.pem /etc/letsencrypt/live/blue.example/privkey.pem',
    'blredue.example /etc/letsencrypt/live/red.example/fullchain.pem /etc/letsencrypt/live/red.example/privkey.pem',
  ].join('\n')

  test('certificate before key, and the name that was mistyped', () => {
    expect(sniProblems(article, { names: ['blue.example', 'red.example'] })).toEqual([
      {
        place: 'tls_server_sni_maps:1 blue.example',
        found: '/etc/letsencrypt/live/blue.example/fullchain.pem first',
        allowed: 'the private key first, then its chain',
      },
      {
        place: 'tls_server_sni_maps:2 blredue.example',
        found: 'unknown name blredue.example',
        allowed: 'blue.example, red.example',
      },
      {
        place: 'tls_server_sni_maps:2 blredue.example',
        found: '/etc/letsencrypt/live/red.example/fullchain.pem first',
        allowed: 'the private key first, then its chain',
      },
      {
        place: 'tls_server_sni_maps',
        found: 'no entry for red.example',
        allowed: 'an entry for every name that clients use',
      },
    ])
  })

  test('where only names are known, one that says nothing is not blamed', () => {
    const text = [
      'a.example /etc/pki/mail/a.pem',
      'b.example /etc/pki/tls/certs/b.crt /etc/pki/tls/private/b.key',
      'c.example /etc/pki/mail/c-key.pem /etc/pki/mail/c.pem',
      'd.example /etc/pki/mail/d.pem /etc/pki/mail/d-key.pem',
      'e.example',
    ].join('\n')
    expect(sniProblems(text).map(({ place }) => place)).toEqual([
      'tls_server_sni_maps:2 b.example',
      'tls_server_sni_maps:4 d.example',
      'tls_server_sni_maps:5 e.example',
    ])
  })

  test('the text decides where it is known: a combined file begins with its key', () => {
    const certificateFirst = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n'
    expect(sniProblems('a.example /x/key.pem', { pem: () => certificateFirst })).toHaveLength(1)
    expect(sniProblems('a.example /x/one.pem', { pem: () => '-----BEGIN PRIVATE KEY-----\n' })).toEqual([])
  })
})
