import { absentPath } from '../../../src/kinds/absent.ts'
import { archive } from '../../../src/kinds/archive.ts'
import { command } from '../../../src/kinds/command.ts'
import { database } from '../../../src/kinds/database.ts'
import { databaseAbsent } from '../../../src/kinds/database-absent.ts'
import { databaseGrant } from '../../../src/kinds/database-grant.ts'
import { databaseRows } from '../../../src/kinds/database-rows.ts'
import { databaseSchema } from '../../../src/kinds/database-schema.ts'
import { databaseUser } from '../../../src/kinds/database-user.ts'
import { databaseUserAbsent } from '../../../src/kinds/database-user-absent.ts'
import { directory } from '../../../src/kinds/directory.ts'
import { file } from '../../../src/kinds/file.ts'
import { firewallZone } from '../../../src/kinds/firewall-zone.ts'
import { group } from '../../../src/kinds/group.ts'
import { hostname } from '../../../src/kinds/hostname.ts'
import { link } from '../../../src/kinds/link.ts'
import { moduleStream } from '../../../src/kinds/module-stream.ts'
import { pkg } from '../../../src/kinds/package.ts'
import { repository } from '../../../src/kinds/repository.ts'
import { seBoolean } from '../../../src/kinds/se-boolean.ts'
import { seContext } from '../../../src/kinds/se-context.ts'
import { sePort } from '../../../src/kinds/se-port.ts'
import { service } from '../../../src/kinds/service.ts'
import { user } from '../../../src/kinds/user.ts'
import { validate } from '../../../src/kinds/validate.ts'
import type { Resource } from '../../../src/model/resource.ts'

const kinds = {
  absent: absentPath,
  archive,
  command,
  database,
  'database-absent': databaseAbsent,
  'database-grant': databaseGrant,
  'database-schema': databaseSchema,
  'database-user': databaseUser,
  'database-user-absent': databaseUserAbsent,
  directory,
  file,
  'firewall-zone': firewallZone,
  group,
  hostname,
  link,
  module: moduleStream,
  package: pkg,
  repository,
  rows: databaseRows,
  'se-boolean': seBoolean,
  'se-context': seContext,
  'se-port': sePort,
  service,
  user,
  validate,
} as const

/** Every kind by the name in its ids, as cases name their folders. */
export const kindNames = Object.keys(kinds)

/** Declares a resource of a kind from what a case says; the kind's own schema judges it. */
export function declare(kind: string, want: unknown): Resource {
  const make = Object.entries(kinds).find(([name]) => name === kind)?.[1] as ((input: unknown) => Resource) | undefined
  if (!make) throw new TypeError(`no kind is called ${kind}`)
  return make(want)
}
