import { dirname } from 'node:path'
import {
  absent,
  databaseSchema,
  derive,
  directory,
  file,
  pkg,
  type Resource,
  type RoleContext,
  type Secret,
  service,
  sh,
} from '#orchestrate'
import type { Vars } from './vars.ts'

/** Where opendmarc writes its results until they are imported. */
export const history = '/var/spool/opendmarc/opendmarc.dat'

// The job makes it and works in it: opendmarc-reports writes into the directory it is called in. Root sets no owner in a folder
// that the daemon's account can write.
const folder = '/var/spool/opendmarc/reports'
const script = '/usr/local/sbin/opendmarc-report'
const timerFile = '/etc/systemd/system/opendmarc-report.timer'
const jobFile = '/etc/systemd/system/opendmarc-report.service'
const environment = '/etc/opendmarc/report.env'

interface ReportingOptions {
  readonly mail: Vars['mail']
  readonly send: boolean
  readonly password: Secret
  readonly template: RoleContext<Vars>['template']
}

/** Tables, a daily job that imports and reports, and its timer. */
export function* reporting({ mail, send, password, template }: ReportingOptions): Iterable<Resource> {
  yield pkg({ name: 'opendmarc-tools' })
  yield databaseSchema({
    database: 'opendmarc',
    name: 'opendmarc-1.4',
    sql: template('opendmarc/schema.sql.ejs'),
    unlessTable: 'requests',
  })
  yield directory({ path: dirname(script) })
  const locals = { send, history, folder, reportEmail: mail.postmaster, reportOrg: mail.primaryDomain }
  const job = file({ path: jobFile, content: template('opendmarc/opendmarc-report.service.ejs', locals) })
  const timer = file({ path: timerFile, content: template('opendmarc/opendmarc-report.timer.ejs') })
  yield* [
    file({
      path: environment,
      content: template('opendmarc/report.env.ejs', { password: unitText(password) }),
      mode: '0600',
    }),
    file({
      path: script,
      content: template('opendmarc/opendmarc-report.ejs', locals),
      mode: '0755',
      check: sh`sh -n "$candidate"`,
    }),
    job,
    timer,
  ]
  yield service({ unit: 'opendmarc-report.timer', restartOn: [job, timer] })
}

/** A value as systemd.exec(5) reads it in an EnvironmentFile. */
function unitText(secret: Secret): Secret {
  return derive(secret.label, [secret], ([text = '']) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`)
}

/** Removes the daily job of an earlier declaration; the database is kept. */
export function noReporting(): Resource[] {
  const files = [timerFile, jobFile, script, environment].map((path) => absent(file({ path })))
  return [absent(service({ unit: 'opendmarc-report.timer' })), ...files]
}
