import { z } from 'zod'
import { fqdn } from './host.ts'

/** Vars of section `ipv6`. */
export const ipv6Vars = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Needs AAAA and PTR of the IPv6 address, else big receivers refuse mail.'),
    address: z.ipv6().optional().describe('The public IPv6 address; required when enabled.'),
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
        z.strictObject({
          name: fqdn,
          key: z.string().optional().describe('Path of the private key on the host (source files).'),
          chain: z.string().optional().describe('Path of certificate and chain on the host (source files).'),
        }),
      )
      .default([])
      .describe('Names that clients connect to, beside host.fqdn; files default to /etc/letsencrypt/live/NAME/.'),
    minVersion: z.enum(['1.2', '1.3']).default('1.2').describe('Oldest TLS version spoken with clients.'),
  })
  .prefault({})
  .describe('Certificates and TLS.')

/** Vars of section `outbound`. */
export const outboundVars = z
  .strictObject({ tls: z.enum(['may', 'dane', 'encrypt']).default('may').describe('TLS towards other servers.') })
  .prefault({})
  .describe('Mail that leaves.')

/** Vars of section `auth`. */
export const authVars = z
  .strictObject({
    scheme: z.enum(['BLF-CRYPT', 'SHA512-CRYPT']).default('BLF-CRYPT').describe('How mailbox passwords are hashed.'),
    cost: z.int().min(4).max(15).default(12).describe('Cost of BLF-CRYPT.'),
    senderLoginCheck: z.boolean().default(true).describe('Users send only as addresses that are theirs.'),
  })
  .prefault({})
  .describe('Logins.')
