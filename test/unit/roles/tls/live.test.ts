import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { handshakeProblems } from '../../../../roles/tls/live.ts'
import type { CheckTools, LiveCheck } from '../../../../src/dsl/check.ts'
import type { Handshake, Handshaken } from '../../../../src/model/live.ts'
import { mailHost } from '../mail-host.ts'

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
const asked = { port: 465, want: 'mail.blue.example' }
const judging = { now: Date.parse('2026-12-01'), days: 14, trusted: true }

const tlsChecks = (checks: readonly LiveCheck[]) =>
  checks.filter((one) => 'run' in one).filter(({ subject }) => subject === 'tls')

/** The handshakes that a host's checks make. */
async function handshakes(vars: object): Promise<Handshake[]> {
  const made: Handshake[] = []
  const shake = async (one: Handshake): Promise<Handshaken> => {
    made.push(one)
    return { failed: 'not asked' }
  }
  for (const check of tlsChecks(mailHost(vars).checks))
    await check.run({ shake, now: () => 0 } as unknown as CheckTools)
  return made
}

test('every name on every TLS port, no name, and a name that is nobody’s', async () => {
  const vars = {
    tls: { clientNames: [{ name: 'mail.red.example' }] },
    managesieve: { public: true },
    webadmin: { allowFrom: ['192.0.2.0/24'] },
  }
  const on25 = tlsChecks(mailHost(vars).checks).filter(({ endpoint }) => endpoint?.port === 25)
  expect(on25.map(({ title }) => title)).toEqual([
    'TLS on 25 shows sv1.blue.example',
    'TLS on 25 shows mail.red.example',
    'TLS on 25 shows the default certificate to a client that names nothing',
    'TLS on 25 shows the default certificate to an unknown name',
  ])
  const started = new Map((await handshakes(vars)).map(({ port, start }) => [port, start]))
  expect(Object.fromEntries(started)).toEqual({
    25: 'smtp',
    443: 'immediate',
    465: 'immediate',
    587: 'smtp',
    993: 'immediate',
    995: 'immediate',
    4190: 'sieve',
  })
})

test('sites for everybody: 443 shows each its own certificate, and mail ports are not asked for them', async () => {
  const names = ['mta-sts.blue.example', 'autoconfig.blue.example', 'mail.blue.example']
  const made = await handshakes({
    mail: { domains: [{ name: 'blue.example' }] },
    tls: { clientNames: names.map((name) => ({ name })) },
    extras: { mtaSts: true, autoconfig: true },
  })
  const askedOn = (port: number) => made.flatMap((one) => (one.port === port ? [one.ask] : []))
  expect(askedOn(443)).toEqual([
    'sv1.blue.example',
    'mta-sts.blue.example',
    'autoconfig.blue.example',
    undefined,
    'unknown-name.example',
  ])
  expect(askedOn(25)).toEqual(['sv1.blue.example', 'mail.blue.example', undefined, 'unknown-name.example'])
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

  test('a test CA need not be trusted; an aborted handshake is told', () => {
    expect(handshakeProblems(asked, { ...shown, distrust: 'X' }, { ...judging, trusted: false })).toEqual([])
    expect(handshakeProblems(asked, { failed: 'socket hang up' }, judging)).toEqual([
      { place: 'TLS on 465', found: 'socket hang up', allowed: 'a certificate for mail.blue.example' },
    ])
  })
})
