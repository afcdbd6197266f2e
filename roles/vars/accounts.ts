import { z } from 'zod'
import { secretReference } from '#orchestrate'
import { address, fqdn, network } from './host.ts'

/** Vars of section `quota`. */
export const quotaVars = z
  .strictObject({
    default: z.int().nonnegative().default(0).describe('Bytes a mailbox may hold, 0 unlimited.'),
    rejectAtRcpt: z
      .boolean()
      .default(true)
      .describe('Refuse mail for a full mailbox while the sender is still connected.'),
  })
  .prefault({})
  .describe('Quota.')

/** Vars of section `store`. */
export const storeVars = z
  .strictObject({
    root: z
      .string()
      .regex(/^\/[a-z0-9/_-]+[a-z0-9]$/, 'an absolute path')
      .default('/home/mailuser'),
    uid: z.int().min(1000).default(10_000),
    gid: z.int().min(1000).default(10_000),
  })
  .prefault({})
  .describe('Where mail lies.')

/** Vars of section `accounts`. */
export const accountsVars = z
  .strictObject({
    mode: z
      .enum(['merge', 'declared'])
      .default('merge')
      .describe('merge: make what is declared, leave the rest. declared: also delete what is not declared.'),
    mailboxes: z
      .array(
        z.strictObject({
          address,
          password: secretReference.describe('Named secret with the clear password, or a {SCHEME}hash.'),
          name: z.string().default(''),
          quota: z.int().nonnegative().optional(),
          active: z.boolean().default(true),
          updatePassword: z.enum(['on_create', 'always']).default('on_create'),
        }),
      )
      .default([]),
    aliases: z
      .array(
        z.strictObject({
          address,
          to: z.array(address).min(1, 'at least one target'),
          active: z.boolean().default(true),
        }),
      )
      .default([]),
    aliasDomains: z.array(z.strictObject({ name: fqdn, target: fqdn })).default([]),
  })
  .prefault({})
  .describe('Mailboxes and aliases that are declared here; PostfixAdmin may manage others (mode merge).')

/** Vars of section `webadmin`. */
export const webadminVars = z
  .strictObject({
    enabled: z.boolean().default(true),
    version: z
      .string()
      .regex(/^3\.3\.\d+$/, 'a 3.3.x version')
      .default('3.3.16'),
    source: z
      .union([z.strictObject({ url: z.url() }), z.strictObject({ file: z.string() })])
      .optional()
      .describe('Where the release tarball is; default the release page of the version.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hex digits')
      .optional()
      .describe('Checksum of the tarball; required when enabled.'),
    allowFrom: z.array(network).default([]).describe('Networks that may open it; nobody by default.'),
    resolveDomains: z
      .boolean()
      .default(true)
      .describe('Refuse addresses in domains that do not resolve; off where DNS is not there yet.'),
    admin: address.optional().describe('Superadmin account; default mail.postmaster.'),
  })
  .prefault({})
  .describe('PostfixAdmin.')
