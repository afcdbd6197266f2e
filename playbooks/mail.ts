import { definePlaybook } from '#orchestrate'
import base from '../roles/base/index.ts'
import firewall from '../roles/firewall/index.ts'
import mariadb from '../roles/mariadb/index.ts'

/** A complete mail server on every host of group `mail`. */
export default definePlaybook({
  name: 'mail',
  plays: [{ on: 'mail', roles: [base, mariadb, firewall] }],
})
