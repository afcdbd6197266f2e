import { z } from 'zod'
import { fqdn } from './fields.ts'

/** Path of a PEM file on a host. */
const pem = z.string().regex(/^\/[A-Za-z0-9._/-]+$/, 'an absolute path such as /etc/pki/tls/private/mail.key')

// Loopback, link-local, unique local and multicast addresses cannot be published in DNS.
const isPublic = (address: string) => !/^(::1?$|f[cd]|fe[89ab]|ff)/i.test(address)

/** Vars of section `ipv6`. */
export const ipv6Vars = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Use IPv6 as well. The address needs AAAA and PTR records, otherwise large receivers refuse its mail.'),
    address: z
      .ipv6()
      .refine(isPublic, 'a public IPv6 address, for AAAA and PTR records')
      .optional()
      .describe('The public IPv6 address that mail is sent from, named in AAAA and PTR records; required if enabled.'),
  })
  .refine((ipv6) => !ipv6.enabled || ipv6.address, {
    path: ['address'],
    error: 'the public IPv6 address when enabled is true',
  })
  .prefault({})
  .describe('IPv6 for mail.')

/** Vars of section `quota`. */
export const quotaVars = z
  .strictObject({
    default: z.int().nonnegative().default(0).describe('Default quota of a mailbox in bytes; 0 is unlimited.'),
    rejectAtRcpt: z
      .boolean()
      .default(true)
      .describe('Reject mail for a full mailbox with 552 during the SMTP dialogue instead of bouncing it.'),
  })
  .prefault({})
  .describe('Quota.')

/** Vars of section `tls`. */
export const tlsVars = z
  .strictObject({
    source: z
      .enum(['files', 'selfsigned-lab'])
      .default('files')
      .describe(
        'files: PEM files that are managed by something else, e.g. certbot. selfsigned-lab: a throw-away CA, for tests only.',
      ),
    clientNames: z
      .array(
        z
          .strictObject({
            name: fqdn.describe('The name; its certificate must be valid for it.'),
            key: pem
              .optional()
              .describe('Path of the private key (PEM) on the host; default /etc/letsencrypt/live/NAME/privkey.pem.'),
            chain: pem
              .optional()
              .describe(
                'Path of certificate and chain (PEM); default fullchain.pem in the same folder. May be the same file as key.',
              ),
          })
          .refine(({ key, chain }) => (key === undefined) === (chain === undefined), {
            path: ['chain'],
            error: 'key and chain together, or neither',
          }),
      )
      .default([])
      .describe('Names that clients connect to, besides host.fqdn: one certificate each, selected by SNI.'),
    minVersion: z.enum(['1.2', '1.3']).default('1.2').describe('Oldest TLS version offered to users’ clients.'),
    ciphers: z
      .enum(['modern', 'compatible'])
      .default('modern')
      .describe(
        'TLS 1.2 ciphers offered to users’ clients, within the host’s crypto policy. modern: forward secrecy and authenticated encryption only. compatible: also CBC, and RSA key exchange, for programs from before about 2014.',
      ),
  })
  .prefault({})
  .describe('Certificates and TLS.')

/** Vars of section `auth`. */
export const authVars = z
  .strictObject({
    scheme: z
      .enum(['BLF-CRYPT', 'SHA512-CRYPT'])
      .default('BLF-CRYPT')
      .describe('How mailbox passwords are hashed, as Dovecot names the scheme.'),
    cost: z
      .int()
      .min(4)
      .max(15)
      .default(12)
      .describe('Cost of BLF-CRYPT: 2^cost rounds; each increment doubles the time of every login.'),
    senderLoginCheck: z.boolean().default(true).describe('Users may send only from their own addresses.'),
  })
  .prefault({})
  .describe('Authentication.')
