import type { RpmGroup } from '../build/table.ts'
import { baseGroups } from './base.ts'
import { dovecotGroup } from './dovecot.ts'
import { fail2banGroup } from './fail2ban.ts'
import { httpdGroup } from './httpd.ts'
import { mariadbGroup } from './mariadb.ts'
import { milterGroups } from './milters.ts'
import { phpGroups } from './php.ts'
import { postfixGroup } from './postfix.ts'
import { systemGroups } from './system.ts'
import { toolGroups } from './tools.ts'

/** All RPMs of the lab; the slow ones first, so that the last worker is not left with one of them. */
export const groups: readonly RpmGroup[] = [
  mariadbGroup,
  ...phpGroups,
  ...[postfixGroup, dovecotGroup, httpdGroup, fail2banGroup],
  ...[...milterGroups, ...systemGroups, ...toolGroups, ...baseGroups],
]
