import { expect, test } from 'vitest'
import { keyRecords } from '../../../../roles/lib/key-records.ts'

const root = '/etc/opendkim/keys'
const source = keyRecords({
  host: 'sv1',
  use: 'DKIM',
  root,
  declared: [
    { domain: 'blue.example', selector: 's1' },
    { domain: 'blue.example', selector: 's2' },
  ],
  domains: ['blue.example'],
})

test('declared keys have a record, others of own domains an optional one, keys of strangers none', () => {
  const { records, missing } = source.read(`${root}/blue.example/s1.private QUJD
${root}/blue.example/s0.private REVG
${root}/blue.example/broken.private 
${root}/sold.example/s1.private R0hJ
/etc/openarc/keys/blue.example/arc.private SktM
`)
  expect(records.map(({ name, value, optional, why }) => ({ name, value, optional, why }))).toEqual([
    {
      name: 's1._domainkey.blue.example',
      value: 'v=DKIM1; k=rsa; p=QUJD',
      optional: undefined,
      why: 'DKIM key of blue.example',
    },
    {
      name: 's0._domainkey.blue.example',
      value: 'v=DKIM1; k=rsa; p=REVG',
      optional: true,
      why: 'DKIM key on sv1 that nothing signs with',
    },
  ])
  expect(missing).toEqual([
    {
      name: 's2._domainkey.blue.example',
      type: 'TXT',
      because: 'sv1 has no /etc/opendkim/keys/blue.example/s2.private',
    },
  ])
})

test('what is missing while the host is not asked', () => {
  expect(source.unread.map(({ name, because }) => `${name}: ${because}`)).toEqual([
    's1._domainkey.blue.example: the key is on sv1; run again without --offline',
    's2._domainkey.blue.example: the key is on sv1; run again without --offline',
  ])
})
