import { expect, test } from 'vitest'
import { dovecotProblems } from '../../../../roles/dovecot/lints.ts'

test('settings of Dovecot 2.4 and misspelt ones', () => {
  const text = ['ssl_server_cert_file = /x', 'disable_plaintex_auth = yes', 'lmtp_verbose_replies = yes'].join('\n')
  expect(dovecotProblems(text)).toEqual([
    {
      place: 'dovecot.conf:1',
      found: 'ssl_server_cert_file, which came with Dovecot 2.4',
      allowed: 'settings of Dovecot 2.3.16',
    },
    { place: 'dovecot.conf:2', found: 'unknown setting disable_plaintex_auth', allowed: 'disable_plaintext_auth?' },
    {
      place: 'dovecot.conf:3',
      found: 'lmtp_verbose_replies, which came with Dovecot 2.3.18',
      allowed: 'settings of Dovecot 2.3.16',
    },
  ])
})

test('the article’s rc.local: a line that is no setting, and a block of another version', () => {
  const text = ['!include conf.d/*.conf', 'ssl_min_protocol TLSv1.2', 'sql mysql {', 'driver = mysql', '}'].join('\n')
  expect(dovecotProblems(text, 'rc.local')).toEqual([
    { place: 'rc.local:2', found: 'ssl_min_protocol TLSv1.2', allowed: 'NAME = VALUE' },
    { place: 'rc.local:3', found: 'unknown block sql', allowed: expect.any(String) },
  ])
})

test('settings that doveconf -a leaves out are settings all the same', () => {
  const text = `mail_cache_max_size = 1G
namespace old {
  alias_for = INBOX/
}
metric mail_delivered {
  filter = event=mail_delivery_finished
  group_by = service
}
event_exporter log {
  format = json
  transport = log
}
`
  expect(dovecotProblems(text)).toEqual([])
})

test('blocks, and the free names in plugin', () => {
  const text = `
protocols = imap lmtp
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
  }
}
local_name mail.red.example {
  ssl_cert = </x/fullchain.pem
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
plugin {
  quota = count:User quota
  anything_at_all = 1
}
servce lmtp {
}
`
  expect(dovecotProblems(text)).toEqual([
    { place: 'dovecot.conf:18', found: 'unknown block servce', allowed: 'service?' },
  ])
})
