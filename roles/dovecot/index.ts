import {
  defineRole,
  directory,
  endpoints,
  file,
  hasForm,
  OrchestrateError,
  pkg,
  type Secret,
  service,
} from '#orchestrate'
import { activeDomains, userServer } from '../lib/names.ts'
import { serviceRecords } from '../lib/records.ts'
import { restarts } from '../lib/restart.ts'
import { certificates, deliveryAgents, mailStores, makersOf, webSites } from '../slots.ts'
import { answers, deployHook, parses, scriptsAtHome, tryQueries } from './checks.ts'
import { dovecotProblems } from './lints.ts'
import { clientServices } from './services.ts'
import { agentOf, confLocals } from './settings.ts'
import { vars } from './vars.ts'

const sqlFile = '/etc/dovecot/dovecot-sql.conf.ext'
const hooks = '/etc/letsencrypt/renewal-hooks/deploy'

export default defineRole({
  name: 'dovecot',
  description: 'Dovecot: IMAP, POP3 and ManageSieve for users, LMTP and authentication for Postfix.',
  vars,
  collects: [certificates, mailStores],
  reads: [webSites],

  secrets: () => [
    { name: 'db/dovecot_ro', description: 'Password of the database account that Dovecot uses for lookups.' },
  ],

  provides: ({ vars }) => [
    deliveryAgents(agentOf(vars.quota)),
    ...clientServices(vars).flatMap(({ offered, endpoint }) => (offered ? [endpoints(endpoint)] : [])),
  ],

  *resources({ vars, secret, collect, template, refuse }) {
    const [store] = collect(mailStores)
    const shown = collect(certificates)
    if (!store) return refuse('playbook', 'no mail store', 'a role that provides one, such as mailstore')
    if (!shown.some(({ isDefault }) => isDefault))
      return refuse('playbook', 'no certificate', 'a role that provides them, such as tls')
    if (vars.pop3.plainListeners && !vars.pop3.enabled)
      refuse('pop3.plainListeners', 'true', 'false while pop3.enabled is false')
    if (vars.managesieve.public && !vars.sieve.enabled)
      refuse('managesieve.public', 'true', 'false while sieve.enabled is false: scripts would never run')

    // The package of Postfix contains the directory of the sockets.
    const postfix = pkg({ name: 'postfix' })
    const packages = ['dovecot', 'dovecot-mysql', 'dovecot-pigeonhole'].map((name) => pkg({ name }))
    yield* [postfix, ...packages]

    const password = oneWord(secret('db/dovecot_ro'))
    const text = template('dovecot/dovecot.conf.ejs', confLocals(vars, { store, certificates: shown, sqlFile }))
    for (const { place, found, allowed } of dovecotProblems(String(text))) refuse(place, found, allowed)
    const sql = file({
      path: sqlFile,
      content: template('dovecot/dovecot-sql.conf.ext.ejs', { store, password, scheme: vars.auth.scheme }),
      group: 'dovecot',
      mode: '0640',
      check: tryQueries(vars.mail.postmaster),
    })
    const conf = file({ path: '/etc/dovecot/dovecot.conf', content: text, check: parses })
    yield* [sql, conf]
    if (vars.sieve.enabled) yield scriptsAtHome(store)

    if (shown.some(({ chain }) => chain.startsWith('/etc/letsencrypt/'))) {
      yield* [
        directory({ path: hooks }),
        file({ path: `${hooks}/50-dovecot`, content: String(deployHook), mode: '0755' }),
      ]
    }
    const dropIn = restarts('dovecot', template)
    yield* dropIn
    yield service({
      unit: 'dovecot.service',
      reloadOn: [conf, sql, ...makersOf(shown)],
      reloadInputs: [...new Set(shown.flatMap(({ key, chain }) => [key, chain]))],
      restartOn: [...packages, ...dropIn],
      health: answers(vars, shown),
    })
  },

  records: ({ vars, collect }) => {
    const services = clientServices(vars).map(
      ({ offered, endpoint: { name, port } }) => [name, offered ? port : undefined] as const,
    )
    const serverOf = (domain: string) => userServer(domain, collect(certificates), collect(webSites))
    return [{ records: serviceRecords(activeDomains(vars.mail), services, serverOf), missing: [] }]
  },
})

// Dovecot splits `connect` at blanks and has no quoting (src/lib-sql/driver-mysql.c).
function oneWord(password: Secret): Secret {
  if (hasForm(password, /^[^\s"'%#]+$/)) return password
  throw new OrchestrateError(`secret ${password.label} cannot be written into Dovecot's connect line`, {
    code: 'E_SECRET',
    exit: 'usage',
    hint: 'use a value without blanks, quotes, % and #',
  })
}
