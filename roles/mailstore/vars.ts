import { z } from 'zod'
import { secretReference, type VarsOf } from '#orchestrate'
import { authVars, quotaVars } from '../vars/access.ts'
import { address, fqdn } from '../vars/fields.ts'
import { hostVars, mailVars } from '../vars/mail.ts'

// The role sets owner and mode of the directory: it must not be one that the system or other users need.
const isOwnFolder = (path: string) =>
  !/^\/(bin|boot|dev|etc|lib|lib64|proc|root|run|sbin|sys|tmp|usr)(\/|$)/.test(path) &&
  !/^\/(home|media|mnt|opt|srv|var|var\/(cache|lib|log|spool|tmp))$/.test(path)

/** Vars of section `accounts`. */
const accounts = z
  .strictObject({
    mode: z
      .enum(['merge', 'declared', 'ui'])
      .default('merge')
      .describe(
        'merge: create and maintain what is declared, leave the rest alone. declared: also delete what is not declared. ui: only create what is missing; afterwards it is managed in PostfixAdmin.',
      ),
    mailboxes: z
      .array(
        z.strictObject({
          address: address.describe('The address and login; its domain is one of mail.domains.'),
          password: secretReference.describe('Secret with the password in clear text, or a {SCHEME}hash.'),
          name: z.string().default('').describe('Name of the person, shown in PostfixAdmin.'),
          quota: z
            .int()
            .nonnegative()
            .optional()
            .describe('Quota in bytes, 0 is unlimited; default: the quota of its domain, then quota.default.'),
          active: z.boolean().default(true).describe('Whether it receives mail and can log in.'),
          updatePassword: z
            .enum(['on_create', 'always'])
            .default('on_create')
            .describe(
              'on_create: the owner may change the password later. always: it is reset to the declared one at each apply.',
            ),
        }),
      )
      .default([])
      .describe('Mailboxes that must exist.'),
    aliases: z
      .array(
        z.strictObject({
          address: address.describe('The address; its domain is one of mail.domains.'),
          to: z
            .array(address)
            .min(1, 'at least one target')
            .describe('Where its mail is delivered, here or elsewhere.'),
          active: z.boolean().default(true).describe('If false, the address is an unknown user.'),
        }),
      )
      .default([])
      .describe('Aliases and forwards, in addition to abuse, hostmaster, postmaster and webmaster of every domain.'),
    aliasDomains: z
      .array(
        z.strictObject({
          name: fqdn.describe('The alias domain; one of mail.domains.'),
          target: fqdn.describe('The domain whose users it has; one of mail.domains that is no alias domain.'),
        }),
      )
      .default([])
      .describe('Domains whose addresses all belong to the same user of another domain.'),
  })
  .superRefine(({ mode, mailboxes }, context) => {
    if (mode !== 'ui') return
    for (const [index, { updatePassword }] of mailboxes.entries()) {
      if (updatePassword === 'on_create') continue
      const path = ['mailboxes', index, 'updatePassword']
      context.addIssue({
        code: 'custom',
        path,
        message: 'on_create while accounts.mode is ui, which never changes existing mailboxes',
      })
    }
  })
  .prefault({})
  .describe('Mailboxes and aliases that are declared here; PostfixAdmin may manage others (mode merge).')

/** Vars of section `store`. */
const store = z
  .strictObject({
    root: z
      .string()
      .regex(/^\/[a-z0-9/_-]+[a-z0-9]$/, 'an absolute path')
      .refine(isOwnFolder, 'a directory used for mail only, such as /home/mailuser or /var/vmail')
      .default('/home/mailuser')
      .describe('Directory of all mail, mode 0700; a mailbox is ROOT/DOMAIN/USER/Maildir.'),
    uid: z.int().min(1000).default(10_000).describe('Numeric ID of the account mailuser, which owns all mail.'),
    gid: z.int().min(1000).default(10_000).describe('Numeric ID of the group mailuser.'),
  })
  .prefault({})
  .describe('Storage of mail.')

/** What role mailstore reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  accounts,
  quota: quotaVars,
  store,
  auth: authVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
