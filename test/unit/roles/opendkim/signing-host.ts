import type { CommandHost, VarsOf } from '#orchestrate'
import type opendkim from '../../../../roles/opendkim/index.ts'
import { vars } from '../../../../roles/opendkim/vars.ts'

type Vars = VarsOf<typeof opendkim>

/** A host that signs, with these vars over ordinary ones. */
export function signingHost(given: Readonly<Record<string, unknown>>, name = 'sv1'): CommandHost<Vars> {
  const mail = { primaryDomain: 'blue.example', postmaster: 'admin@blue.example', ...Object(given['mail']) }
  const all: Readonly<Record<string, unknown>> = { host: { fqdn: `${name}.blue.example` }, ...given, mail }
  const sections = Object.entries(vars).map(([section, schema]) => [section, schema.parse(all[section] ?? {})])
  return {
    host: { name, address: '203.0.113.10', groups: ['mail'], platform: 'el9' },
    vars: Object.fromEntries(sections) as Vars,
  }
}
