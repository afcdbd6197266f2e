import { expect, test } from 'vitest'
import { parseHostState, queueProblems, secretProblems } from '../../../../src/mail/checks/host-state.ts'

const output = `@listeners
LISTEN 0 100 0.0.0.0:25 0.0.0.0:* users:(("master",pid=10,fd=13))
@queue
deferred/A/A1
deferred/B/B2
@secrets
644 root root /etc/postfix/tls_server_sni_maps.db
640 root postfix /etc/postfix/sql/domains.cf
@keys
/etc/opendkim/keys/blue.example/s1.private MIIBIjAN=
/etc/opendkim/keys/blue.example/broken.private 
/etc/openarc/keys/blue.example/arc.private MIIB+/==
smtp sv1.blue.example MFkw+A==
`

test('what a host said of itself', () => {
  const state = parseHostState(output)
  expect(state.listeners).toEqual([{ address: '0.0.0.0', port: 25, process: 'master' }])
  expect(state.keys).toEqual([
    { use: 'dkim', domain: 'blue.example', selector: 's1', base64: 'MIIBIjAN=' },
    { use: 'arc', domain: 'blue.example', selector: 'arc', base64: 'MIIB+/==' },
    { use: 'smtp', domain: 'sv1.blue.example', selector: '_25._tcp', base64: 'MFkw+A==' },
  ])
})

test('M1: the SNI table holds private keys, and others may read it', () => {
  expect(secretProblems(parseHostState(output).secrets)).toEqual([
    {
      place: '/etc/postfix/tls_server_sni_maps.db',
      found: '0644 root:root',
      allowed: 'nothing for others, e.g. 0600 or 0640',
    },
  ])
})

test('mail that waits', () => {
  expect(queueProblems(parseHostState(output).queue)).toEqual([
    { place: 'queue deferred', found: '2 messages', allowed: 'empty: see postqueue -p' },
  ])
  expect(queueProblems(parseHostState('@queue\n@secrets\n').queue)).toEqual([])
})
