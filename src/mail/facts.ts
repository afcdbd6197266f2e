import { z } from 'zod'
import type { EvaluatedHost } from '../dsl/evaluate.ts'
import { isSecretReference } from '../dsl/secret-reference.ts'
import { type PublicName, publicNames } from './public-names.ts'

const dmarc = z.object({
  p: z.string().default('none'),
  sp: z.string().optional(),
  pct: z.number().optional(),
  rua: z.string().optional(),
  ruf: z.string().optional(),
  adkim: z.string().default('r'),
  aspf: z.string().default('r'),
})

const mtaSts = z.object({
  mode: z.enum(['testing', 'enforce']).default('testing'),
  maxAge: z.number().default(604_800),
  mx: z.array(z.string()).default([]),
})

const selectors = z.object({ selector: z.string(), otherSelectors: z.array(z.string()).default([]) })

const domain = z.object({
  name: z.string(),
  dkim: selectors.optional(),
  dmarc: dmarc.prefault({}),
  active: z.boolean().default(true),
})

/** What the checks and records read of a host's vars; sections that no role of the host has take their defaults. */
export const mailHostVars = z.object({
  host: z.object({ fqdn: z.string() }),
  mail: z.object({ domains: z.array(domain), primaryDomain: z.string(), postmaster: z.string() }),
  ipv6: z.object({ enabled: z.boolean().default(false), address: z.string().optional() }).prefault({}),
  submission: z.object({ ports: z.array(z.number()).default([587, 465]) }).prefault({}),
  imap: z.object({ plainListeners: z.boolean().default(false) }).prefault({}),
  pop3: z.object({ enabled: z.boolean().default(true), plainListeners: z.boolean().default(false) }).prefault({}),
  managesieve: z.object({ public: z.boolean().default(false) }).prefault({}),
  tls: z
    .object({ source: z.string().default('files'), clientNames: z.array(z.object({ name: z.string() })).default([]) })
    .prefault({}),
  srs: z
    .object({
      enabled: z.boolean().default(true),
      mode: z.string().default('canonical'),
      domain: z.string().optional(),
    })
    .prefault({}),
  forwarding: z.object({ resign: z.string().default('off') }).prefault({}),
  arc: z.object({ enabled: z.boolean().default(true), selector: z.string().default('arc') }).prefault({}),
  dkim: z
    .object({
      selector: z.string().default('s1'),
      otherSelectors: z.array(z.string()).default([]),
      selectorScheme: z.string().default('sYYYYMM'),
      rotateDays: z.number().default(180),
      retireDays: z.number().default(14),
    })
    .prefault({}),
  dmarc: z.object({ enforce: z.boolean().default(false) }).prefault({}),
  webadmin: z.object({ enabled: z.boolean().default(true), allowFrom: z.array(z.string()).default([]) }).prefault({}),
  extras: z
    .object({
      mtaSts: z.union([z.boolean(), mtaSts]).default(false),
      tlsRpt: z.union([z.boolean(), z.string()]).default(false),
      autoconfig: z.boolean().default(false),
      caa: z.union([z.boolean(), z.array(z.string())]).default(false),
      caaIodef: z.string().optional(),
      dane: z.boolean().default(false),
    })
    .prefault({}),
  accounts: z
    .object({ mailboxes: z.array(z.object({ address: z.string(), password: z.unknown() })).default([]) })
    .prefault({}),
})

/** A domain that mail is accepted for. */
export type MailDomain = z.output<typeof domain>

/** A mail host as DNS and live checks see it. */
export interface MailHost extends z.output<typeof mailHostVars> {
  readonly name: string
  /** Address it is connected to: an IP address, or a name that only ssh knows. */
  readonly address: string
  readonly roles: ReadonlySet<string>
  /** Names that clients may ask for, the host's own first. */
  readonly clientNames: readonly string[]
  /** Names that its web sites for everybody answer to. */
  readonly publicNames: readonly PublicName[]
}

/** The mail host behind an evaluated host; `undefined` when it is no mail server. */
export function mailHost({ facts, vars: given, declaration }: EvaluatedHost): MailHost | undefined {
  const parsed = mailHostVars.safeParse(given)
  if (!parsed.success) return undefined
  const { host, tls, mail, extras } = parsed.data
  const domains = mail.domains.filter(({ active }) => active).map(({ name }) => name)
  return {
    ...parsed.data,
    name: facts.name,
    address: facts.address,
    roles: new Set(declaration.roles.map(({ role }) => role)),
    clientNames: [...new Set([host.fqdn, ...tls.clientNames.map(({ name }) => name)])],
    publicNames: publicNames(domains, extras),
  }
}

/** The domains that are in use. */
export function activeDomains({ mail }: MailHost): MailDomain[] {
  return mail.domains.filter(({ active }) => active)
}

/** The name of the secret that a mailbox logs in with, if it is declared. */
export function mailboxSecret({ accounts }: MailHost, address: string): string | undefined {
  const password = accounts.mailboxes.find((mailbox) => mailbox.address === address)?.password
  return isSecretReference(password) ? password.secret : undefined
}
