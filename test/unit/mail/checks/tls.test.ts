import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Handshaken, handshakeProblems, handshakes, handshakeTitle } from '../../../../src/mail/checks/tls.ts'
import { mailHostOf } from '../hosts.ts'

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mail.blue.example -addext subjectAltName=DNS:mail.blue.example -days 36500
const certificate = new X509Certificate(`-----BEGIN CERTIFICATE-----
MIIBrjCCAVOgAwIBAgIUL5Ow9EYnwdxKyJLdfmOgiTEUvtswCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRbWFpbC5ibHVlLmV4YW1wbGUwIBcNMjYxMTI0MDUwMTI4WhgP
MjEyNjEwMzEwNTAxMjhaMBwxGjAYBgNVBAMMEW1haWwuYmx1ZS5leGFtcGxlMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1YEEZ8xF+ctVJPwyuU0ODeeN03/1aIKa
EHEMbS7Q+90xyqIvjz4LqXBUQByD6ytBtNytaOGivrb+GwbllIX0AqNxMG8wHQYD
VR0OBBYEFGvBvhRdHSQf+FsbpSLwTuca/5NtMB8GA1UdIwQYMBaAFGvBvhRdHSQf
+FsbpSLwTuca/5NtMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRbWFpbC5i
bHVlLmV4YW1wbGUwCgYIKoZIzj0EAwIDSQAwRgIhAJttp0LmM+4H8EWFqEBSSRhd
L5hgzFOOgAl6J5yFXfKBAiEA47yaQwmkc6rbOJ3FdPmMjYf6v52N2xg8mcMmOKwq
4+g=
-----END CERTIFICATE-----`)

const shown: Handshaken = { certificate, protocol: 'TLSv1.3', distrust: undefined }
const asked = { port: 465, start: 'at once', ask: 'mail.blue.example', want: 'mail.blue.example' } as const
const judging = { now: Date.parse('2026-12-01'), days: 14, trusted: true }

test('every name on every TLS port, no name, and a name that is nobody’s (A2)', () => {
  const host = mailHostOf({
    tls: { clientNames: [{ name: 'mail.red.example' }] },
    managesieve: { public: true },
    webadmin: { allowFrom: ['192.0.2.0/24'] },
  })
  const titles = handshakes(host).map(handshakeTitle)
  expect(titles.slice(0, 4)).toEqual([
    'TLS on 25 shows sv1.blue.example',
    'TLS on 25 shows mail.red.example',
    'TLS on 25 shows the default certificate to a client that names nothing',
    'TLS on 25 shows the default certificate to an unknown name',
  ])
  const started = new Map(handshakes(host).map(({ port, start }) => [port, start]))
  expect(Object.fromEntries(started)).toEqual({
    25: 'smtp',
    443: 'at once',
    465: 'at once',
    587: 'smtp',
    993: 'at once',
    995: 'at once',
    4190: 'sieve',
  })
})

test('sites for everybody: 443 shows each its own certificate to everybody, and mail ports are not asked for them', () => {
  const names = ['mta-sts.blue.example', 'autoconfig.blue.example', 'mail.blue.example']
  const host = mailHostOf({
    mail: { domains: [{ name: 'blue.example' }] },
    tls: { clientNames: names.map((name) => ({ name })) },
    extras: { mtaSts: true, autoconfig: true },
  })
  const asked = (port: number) => handshakes(host, '192.0.2.7').flatMap((one) => (one.port === port ? [one.ask] : []))
  expect(asked(443)).toEqual([
    'sv1.blue.example',
    'mta-sts.blue.example',
    'autoconfig.blue.example',
    undefined,
    'unknown-name.example',
  ])
  expect(asked(25)).toEqual(['sv1.blue.example', 'mail.blue.example', undefined, 'unknown-name.example'])
})

test('PostfixAdmin is looked at by those whom the firewall lets in', () => {
  const host = mailHostOf({ webadmin: { allowFrom: ['192.0.2.0/24', '2001:db8::/32'] } })
  const sees = (address: string) => handshakes(host, address).some(({ port }) => port === 443)
  expect(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '198.51.100.7', '2001:db9::7'].map(sees)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

test('a web site that the firewall opens to nobody is not asked for its certificate', () => {
  const ports = handshakes(mailHostOf({})).map(({ port }) => port)
  expect(ports).toContain(993)
  expect(ports).not.toContain(443)
})

describe('a certificate', () => {
  test('as wanted', () => {
    expect(handshakeProblems(asked, shown, judging)).toEqual([])
  })

  test('of somebody else, on old TLS, not trusted, about to expire', () => {
    const bad: Handshaken = { certificate, protocol: 'TLSv1.1', distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }
    const late = { ...judging, now: Date.parse(certificate.validTo) - 3.5 * 86_400_000 }
    expect(handshakeProblems({ ...asked, want: 'mail.red.example' }, bad, late).map(({ found }) => found)).toEqual([
      'a certificate for DNS:mail.blue.example',
      'TLSv1.1',
      'not trusted: DEPTH_ZERO_SELF_SIGNED_CERT',
      'it expires in 3 days',
    ])
  })

  test('a test CA need not be trusted; an aborted handshake is told (M1)', () => {
    expect(handshakeProblems(asked, { ...shown, distrust: 'X' }, { ...judging, trusted: false })).toEqual([])
    expect(handshakeProblems(asked, { failed: 'socket hang up' }, judging)).toEqual([
      { place: 'TLS on 465', found: 'socket hang up', allowed: 'a certificate for mail.blue.example' },
    ])
  })
})
