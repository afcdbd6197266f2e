import { expect, test } from 'vitest'
import { everything, ordinary, problemsOf, resourcesOf, textOf, wantOf } from './evaluated.ts'

const plain = resourcesOf(ordinary)
const full = resourcesOf(everything)
const egress = resourcesOf(ordinary, { mode: 'egress' })

test.for([
  ['ordinary', plain],
  ['everything', full],
  ['egress', egress],
] as const)('renders main.cf and master.cf: %s', async ([name, resources]) => {
  await expect(textOf(resources, '/etc/postfix/main.cf')).toMatchFileSnapshot(`golden/${name}/main.cf`)
  await expect(textOf(resources, '/etc/postfix/master.cf')).toMatchFileSnapshot(`golden/${name}/master.cf`)
})

test('renders every other file', async () => {
  const kept = [...full.keys(), ...egress.keys()].filter(
    (id) => id.startsWith('file:/etc/postfix/') || id.startsWith('file:/etc/systemd/'),
  )
  const texts = kept.filter((id) => !/(main|master)\.cf$/.test(id)).map((id) => id.slice('file:'.length))
  const both = new Map([...egress, ...full])
  const all = [...new Set(texts)].map(
    (path) => `=== ${path} ${String(wantOf(both, `file:${path}`)['mode'])}\n${textOf(both, path)}`,
  )
  await expect(all.join('\n')).toMatchFileSnapshot('golden/everything/other-files')
})

test('the private key comes first, in both spellings of the default and in the SNI table', () => {
  expect(textOf(plain, '/etc/postfix/main.cf')).toMatch(/^smtpd_tls_chain_files = \S+privkey\.pem, \S+fullchain\.pem$/m)
  for (const line of textOf(plain, '/etc/postfix/tls_server_sni_maps')
    .split('\n')
    .filter((one) => /^\w/.test(one))) {
    expect(line).toMatch(/^\S+ \S+privkey\.pem \S+fullchain\.pem$/)
  }
  expect(textOf(full, '/etc/postfix/tls_server_sni_maps')).toContain('sv1.blue.example /etc/pki/mail/combined.pem\n')
})

test('a forged Authentication-Results with our id is recognised in every spelling, a foreign one is not', () => {
  const line = textOf(plain, '/etc/postfix/header_checks').split('\n')[1] ?? ''
  const pattern = new RegExp(line.slice(1, line.lastIndexOf('/')), 'is')
  const forged = [
    'sv1.blue.example; dkim=pass',
    ' (x) sv1.blue.example;',
    '\n\tSV1.blue.example 1; spf=pass',
    ' "sv1.blue.example";',
    ' sv1.blue.example',
  ]
  for (const value of forged) expect(`Authentication-Results:${value}`, value).toMatch(pattern)
  for (const value of [' sv1.blue.example.com; x', ' xsv1.blue.example;', ' mx.other.example; sv1.blue.example']) {
    expect(`Authentication-Results:${value}`, value).not.toMatch(pattern)
  }
})

test('the DQS key is in no file that everybody may read', () => {
  expect(textOf(full, '/etc/postfix/rbl_dqs')).toContain('<secret:rbl/dqs>.zen.dq.spamhaus.net')
  expect(wantOf(full, 'file:/etc/postfix/rbl_dqs')).toMatchObject({ mode: '0640', group: 'postfix' })
  expect(textOf(full, '/etc/postfix/main.cf')).not.toContain('dqs>')
})

test('senders that stay home in egress mode: none, those that this host has rewritten, the host itself', () => {
  const rows = textOf(egress, '/etc/postfix/egress_home')
    .split('\n')
    .filter((row) => row.startsWith('/'))
  const home = (sender: string) => rows.some((row) => new RegExp(row.slice(1, row.lastIndexOf('/')), 'is').test(sender))
  for (const sender of [
    '',
    '<>',
    'SRS0=abcd=xy=sender.example=al@blue.example',
    'srs1+x@blue.example',
    'SRS0=abcd=xy=sender.example=al@BLUE.example',
    'root@sv1.blue.example',
  ]) {
    expect(home(sender), sender).toBe(true)
  }
  // What another forwarder has rewritten is a foreign sender like any other: its SPF would not name us.
  for (const sender of [
    'al@sender.example',
    'root@xsv1.blue.example',
    'srs@sender.example',
    'SRS0=abcd=xy=sender.example=al@other.example',
    'SRS1=abcd=first.example==HHH=TT=sender.example=al@other.example',
    'SRS0=abcd=xy=sender.example=al@xblue.example',
    'SRS0=abcd=xy=sender.example=al@blue.example.other.example',
  ])
    expect(home(sender), sender).toBe(false)
})

test('headers of mail that passes through the egress stage are not completed: signatures would break', () => {
  const services = textOf(egress, '/etc/postfix/master.cf').split(/\n(?=\S)/)
  const having = services.filter((text) => text.includes('-o local_header_rewrite_clients=\n'))
  // smtpd(8) reads it and tells cleanup(8), which does not.
  expect(having.map((text) => text.split(/\s+/)[0])).toEqual(['127.0.0.1:10027'])
})

test('in egress mode mail that Sieve redirects keeps the results of this host, which are sealed when it leaves', () => {
  const master = (resources: typeof plain) => textOf(resources, '/etc/postfix/master.cf')
  expect(master(egress)).toMatch(/^pickup .* pickup\n {4}-o cleanup_service_name=local-cleanup\n/m)
  expect(master(egress)).toMatch(/^local-cleanup .* cleanup\n {4}-o header_checks=\n/m)
  // Otherwise the seal is there before the redirect.
  expect(master(plain)).not.toContain('local-cleanup')
})

test('both submission ports or one', () => {
  const only = textOf(resourcesOf({ ...ordinary, submission: { ports: [465] } }), '/etc/postfix/master.cf')
  expect(only).toMatch(/^smtps /m)
  expect(only).not.toMatch(/^submission /m)
  expect(problemsOf({ ...ordinary, submission: { ports: [] } })).toMatchObject([
    { allowed: 'at least one of 587 and 465' },
  ])
})

test('a closed block list is refused', () => {
  expect(problemsOf({ ...ordinary, rbl: { zones: [{ zone: 'cbl.abuseat.org' }] } })).toHaveLength(1)
})
