import { archive } from '../../../src/kinds/archive.ts'
import { certificate } from '../../../src/kinds/certificate.ts'
import { command } from '../../../src/kinds/command.ts'
import { database } from '../../../src/kinds/database.ts'
import { databaseGrant } from '../../../src/kinds/database-grant.ts'
import { databaseRows } from '../../../src/kinds/database-rows.ts'
import { databaseSchema } from '../../../src/kinds/database-schema.ts'
import { databaseUser } from '../../../src/kinds/database-user.ts'
import { directory } from '../../../src/kinds/directory.ts'
import { file } from '../../../src/kinds/file.ts'
import { firewallZone } from '../../../src/kinds/firewall-zone.ts'
import { group } from '../../../src/kinds/group.ts'
import { hostname } from '../../../src/kinds/hostname.ts'
import { link } from '../../../src/kinds/link.ts'
import { moduleStream } from '../../../src/kinds/module-stream.ts'
import { onlyDeclared } from '../../../src/kinds/only-declared.ts'
import { pkg } from '../../../src/kinds/package.ts'
import { permissions } from '../../../src/kinds/permissions.ts'
import { repository } from '../../../src/kinds/repository.ts'
import { seBoolean } from '../../../src/kinds/se-boolean.ts'
import { seContext } from '../../../src/kinds/se-context.ts'
import { sePort } from '../../../src/kinds/se-port.ts'
import { service } from '../../../src/kinds/service.ts'
import { absent, type Removable } from '../../../src/kinds/support/define.ts'
import { user } from '../../../src/kinds/user.ts'
import { validate } from '../../../src/kinds/validate.ts'
import type { Resource } from '../../../src/model/resource.ts'

const kinds = {
  archive,
  certificate,
  command,
  database,
  'database-grant': databaseGrant,
  'database-rows': databaseRows,
  'database-schema': databaseSchema,
  'database-user': databaseUser,
  directory,
  file,
  'firewall-zone': firewallZone,
  group,
  hostname,
  link,
  'module-stream': moduleStream,
  'only-declared': onlyDeclared,
  package: pkg,
  permissions,
  repository,
  'se-boolean': seBoolean,
  'se-context': seContext,
  'se-port': sePort,
  service,
  user,
  validate,
} as const

/** Every kind by the name in its ids, as cases name their folders. */
export const kindNames = Object.keys(kinds)

/** Declares a resource of a kind from what a case says, or its absence; the kind's own schema judges it. */
export function declare(kind: string, want: unknown, gone = false): Resource {
  const make = Object.entries(kinds).find(([name]) => name === kind)?.[1] as
    | ((input: unknown) => Resource & Partial<Removable>)
    | undefined
  if (!make) throw new TypeError(`no kind is called ${kind}`)
  const made = make(want)
  if (!gone) return made
  if (!made.absence) throw new TypeError(`no ${kind} can be absent`)
  return absent({ absence: made.absence })
}
