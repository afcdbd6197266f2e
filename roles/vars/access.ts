import { z } from 'zod'
import { fqdn } from './host.ts'
import { once } from './once.ts'

/** Path of a PEM file on a host. */
const pem = z.string().regex(/^\/[A-Za-z0-9._/-]+$/, 'an absolute path such as /etc/pki/tls/private/mail.key')

// Loopback, link-local, unique local and multicast addresses have no records that others could ask for.
const isPublic = (address: string) => !/^(::1?$|f[cd]|fe[89ab]|ff)/i.test(address)

/** Vars of section `ipv6`. */
export const ipv6Vars = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Speak IPv6 too. The address needs its AAAA and PTR records, else big receivers refuse mail.'),
    address: z
      .ipv6()
      .refine(isPublic, 'a public IPv6 address, for AAAA and PTR records')
      .optional()
      .describe('The public IPv6 address that mail leaves from and that AAAA and PTR name; required when enabled.'),
  })
  .refine((ipv6) => !ipv6.enabled || ipv6.address, {
    path: ['address'],
    error: 'the public IPv6 address when enabled is true',
  })
  .prefault({})
  .describe('IPv6 for mail.')

/** Vars of section `submission`. */
export const submissionVars = z
  .strictObject({
    ports: z
      .array(z.literal([587, 465], { error: '587 or 465' }))
      .min(1, 'at least one of 587 and 465')
      .superRefine(once('port'))
      .default([587, 465])
      .describe('Where users hand in mail; both demand TLS and a login.'),
  })
  .prefault({})
  .describe('How users submit mail.')

/** Vars of section `imap`. */
export const imapVars = z
  .strictObject({ plainListeners: z.boolean().default(false).describe('Also listen on 143 (STARTTLS demanded).') })
  .prefault({})
  .describe('IMAP.')

/** Vars of section `pop3`. */
export const pop3Vars = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Serve POP3 over TLS on 995.'),
    plainListeners: z.boolean().default(false).describe('Also listen on 110 (STARTTLS demanded).'),
  })
  .prefault({})
  .describe('POP3.')

/** Vars of section `sieve`. */
export const sieveVars = z
  .strictObject({ enabled: z.boolean().default(true).describe('Run users’ Sieve scripts at delivery.') })
  .prefault({})
  .describe('Sieve.')

/** Vars of section `managesieve`. */
export const managesieveVars = z
  .strictObject({ public: z.boolean().default(false).describe('Serve ManageSieve on 4190 and open the port.') })
  .prefault({})
  .describe('ManageSieve.')

/** Vars of section `tls`. */
export const tlsVars = z
  .strictObject({
    source: z
      .enum(['files', 'selfsigned-lab'])
      .default('files')
      .describe(
        'files: PEM files that something else puts on the host. selfsigned-lab: a throw-away CA, for tests only.',
      ),
    clientNames: z
      .array(
        z
          .strictObject({
            name: fqdn.describe('The name; the certificate has to be made for it.'),
            key: pem
              .optional()
              .describe('PEM path of the private key on the host; default /etc/letsencrypt/live/NAME/privkey.pem.'),
            chain: pem
              .optional()
              .describe('PEM path of certificate and chain; default fullchain.pem there. May be the same file as key.'),
          })
          .refine(({ key, chain }) => (key === undefined) === (chain === undefined), {
            path: ['chain'],
            error: 'key and chain together, or neither',
          }),
      )
      .default([])
      .describe('Names that clients connect to, beside host.fqdn: one certificate each, shown by SNI.'),
    minVersion: z.enum(['1.2', '1.3']).default('1.2').describe('Oldest TLS version spoken with users’ clients.'),
    ciphers: z
      .enum(['modern', 'compatible'])
      .default('modern')
      .describe(
        'Ciphers of TLS 1.2 with users’ clients, within the host’s crypto policy. modern: forward secrecy and authenticated encryption only. compatible: also CBC, and RSA key exchange, for programs from before about 2014.',
      ),
  })
  .prefault({})
  .describe('Certificates and TLS.')

/** Vars of section `outbound`. */
export const outboundVars = z
  .strictObject({
    tls: z
      .enum(['may', 'dane', 'encrypt'])
      .default('may')
      .describe(
        'TLS towards other servers. may: where offered. dane: as TLSA records say, which needs a resolver that validates DNSSEC. encrypt: always, so that servers without TLS get no mail.',
      ),
  })
  .prefault({})
  .describe('Mail that leaves.')

/** Vars of section `auth`. */
export const authVars = z
  .strictObject({
    scheme: z
      .enum(['BLF-CRYPT', 'SHA512-CRYPT'])
      .default('BLF-CRYPT')
      .describe('How mailbox passwords are hashed: Dovecot’s name of the scheme.'),
    cost: z
      .int()
      .min(4)
      .max(15)
      .default(12)
      .describe('Cost of BLF-CRYPT: 2^cost rounds; one more takes twice as long at every login.'),
    senderLoginCheck: z.boolean().default(true).describe('Users send only as addresses that are theirs.'),
  })
  .prefault({})
  .describe('Logins.')
