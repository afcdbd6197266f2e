// The only door for roles, inventories and playbooks.
export type { CheckOutcome, CheckTools, InsideCheck, LiveCheck, OutsideCheck } from './dsl/check.ts'
export type { CommandContext, CommandHost, CommandResult, PlaybookCommand } from './dsl/command.ts'
export { endpoints } from './dsl/endpoints.ts'
export { defineInventory, type Inventory } from './dsl/inventory.ts'
export { definePlaybook, type Playbook } from './dsl/playbook.ts'
export {
  type CollectContext,
  defineRole,
  type FleetMember,
  type HostFacts,
  type ProvideContext,
  type Refuse,
  type Role,
  type RoleContext,
  type SecretNeed,
  type VarsOf,
} from './dsl/role.ts'
export { type SecretReference, secret, secretReference } from './dsl/secret-reference.ts'
export { type Slot, slot } from './dsl/slot.ts'
export { compareRecord, isWithdrawn } from './engine/compare-records.ts'
export { type ExitName, exitCodes, OrchestrateError, type Problem } from './kernel/errors.ts'
export { nearest } from './kernel/near.ts'
export { isWithin } from './kernel/network.ts'
export { derive, hasForm, Secret } from './kernel/secret.ts'
export { lines, type Script, sh } from './kernel/sh.ts'
export { joinText, Text } from './kernel/text.ts'
export { archive } from './kinds/archive.ts'
export { certificate } from './kinds/certificate.ts'
export { command } from './kinds/command.ts'
export { database } from './kinds/database.ts'
export { databaseGrant } from './kinds/database-grant.ts'
export { databaseRows } from './kinds/database-rows.ts'
export { databaseSchema } from './kinds/database-schema.ts'
export { databaseUser } from './kinds/database-user.ts'
export { directory } from './kinds/directory.ts'
export { file } from './kinds/file.ts'
export { firewallZone } from './kinds/firewall-zone.ts'
export { group } from './kinds/group.ts'
export { hostname } from './kinds/hostname.ts'
export { link } from './kinds/link.ts'
export { moduleStream } from './kinds/module-stream.ts'
export { onlyDeclared } from './kinds/only-declared.ts'
export { pkg } from './kinds/package.ts'
export { permissions } from './kinds/permissions.ts'
export { repository } from './kinds/repository.ts'
export { seBoolean } from './kinds/se-boolean.ts'
export { seContext } from './kinds/se-context.ts'
export { sePort } from './kinds/se-port.ts'
export { service } from './kinds/service.ts'
export { checkCertificates } from './kinds/support/certificate-check.ts'
export { absent } from './kinds/support/define.ts'
export { user } from './kinds/user.ts'
export { validate } from './kinds/validate.ts'
export type {
  Answer,
  DnsRecord,
  DnsRecords,
  DnsSource,
  DnsType,
  HostRecords,
  MissingRecord,
} from './model/dns.ts'
export { byPort, type Endpoint } from './model/endpoint.ts'
export type { DialogueLine, Fetched, Handshaken, MailLogin } from './model/live.ts'
export type { Resource } from './model/resource.ts'
export type { Session } from './model/session.ts'
