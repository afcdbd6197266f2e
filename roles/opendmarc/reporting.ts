import { dirname } from 'node:path'
import {
  command,
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

const folder = '/var/spool/opendmarc/reports'
const script = '/usr/local/sbin/opendmarc-report'
const units = '/etc/systemd/system'
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
  // opendmarc-reports writes its files into the directory it is called in.
  yield directory({ path: folder, owner: 'opendmarc', group: 'opendmarc', mode: '0700' })
  yield directory({ path: dirname(script) })
  const locals = { send, history, folder, reportEmail: mail.postmaster, reportOrg: mail.primaryDomain }
  const timer = file({
    path: `${units}/opendmarc-report.timer`,
    content: template('opendmarc/opendmarc-report.timer.ejs'),
  })
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
    file({
      path: `${units}/opendmarc-report.service`,
      content: template('opendmarc/opendmarc-report.service.ejs', locals),
    }),
    timer,
  ]
  yield command({
    name: 'systemd knows opendmarc-report.service',
    unless: sh`[ "$(systemctl show -p LoadState,NeedDaemonReload --value opendmarc-report.service | tr '\n' ' ')" = 'loaded no ' ]`,
    run: sh`systemctl daemon-reload`,
  })
  yield service({ unit: 'opendmarc-report.timer', restartOn: [timer] })
}

/** A value as systemd.exec(5) reads it in an EnvironmentFile. */
function unitText(secret: Secret): Secret {
  return derive(secret.label, [secret], ([text = '']) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`)
}

/** Removes the daily job of an earlier declaration; the database is kept. */
export function noReporting(): Resource {
  const timer = `${units}/opendmarc-report.timer`
  return command({
    name: 'no DMARC reporting',
    unless: sh`[ ! -e ${timer} ]`,
    run: sh`systemctl -q disable --now opendmarc-report.timer
rm -f -- ${timer} ${`${units}/opendmarc-report.service`} ${script} ${environment}
systemctl daemon-reload`,
  })
}
