import {
  defineRole,
  directory,
  file,
  pkg,
  postfixProblems,
  type Resource,
  type RoleContext,
  sePort,
  service,
  validate,
} from '#orchestrate'
import { restarts } from '../restart.ts'
import { certificates, deliveryAgents, mailStores, makersOf, milters, openPorts, senderRewriting } from '../slots.ts'
import { authVars, ipv6Vars, outboundVars, submissionVars, tlsVars } from '../vars/access.ts'
import { dkimVars, postscreenVars, rateVars, rblVars } from '../vars/filtering.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { smtpVars } from '../vars/smtp.ts'
import { answers, checkTree, listens, rootAlias } from './checks.ts'
import { clientAccess, dqsLists, egressSenders, headerChecks } from './maps.ts'
import { egressPort, mainLocals, masterLocals, type PostfixOptions, type Surroundings } from './settings.ts'
import { sniIndex, sniTable, sniText } from './sni.ts'
import { lookupTables } from './tables.ts'

const vars = {
  host: hostVars,
  mail: mailVars,
  smtp: smtpVars,
  ipv6: ipv6Vars,
  submission: submissionVars,
  tls: tlsVars,
  outbound: outboundVars,
  auth: authVars,
  rbl: rblVars,
  postscreen: postscreenVars,
  rate: rateVars,
  dkim: dkimVars,
}

type Context = RoleContext<PostfixOptions>

export default defineRole({
  name: 'postfix',
  description: 'Postfix: takes mail from the world and from users, filters it, delivers it to Dovecot or sends it on.',
  vars,
  collects: [certificates, mailStores, deliveryAgents, milters, senderRewriting],

  secrets: () => [{ name: 'db/postfix_ro', description: 'Database account that Postfix looks addresses up with.' }],

  provides: ({ vars: { submission } }) => {
    const names = ['smtp', ...submission.ports.map((port) => (port === 587 ? 'smtp-submission' : 'smtps'))]
    return names.map((name) => openPorts({ service: name }))
  },

  *resources(context) {
    const around = surroundings(context)
    if (!around) return
    const packages = ['postfix', 'postfix-mysql', 'postfix-pcre'].map((name) => pkg({ name }))
    yield* [...packages, directory({ path: '/etc/postfix/sql', group: 'postfix', mode: '0750' })]
    if (around.srs?.mode === 'egress') yield sePort({ port: egressPort, type: 'smtp_port_t' })

    const configuration = configurationOf(context, around)
    yield* [...configuration, validate({ root: '/etc/postfix', of: configuration, run: checkTree })]
    yield* [...sniIndex(around.certificates), rootAlias(context.vars.mail.postmaster)]

    const dropIn = file({
      path: '/etc/systemd/system/postfix.service.d/orchestrate.conf',
      content: unitText(context, around),
    })
    const dropIns = [...restarts('postfix', context.template), dropIn]
    yield* dropIns
    yield service({
      unit: 'postfix.service',
      reloadOn: [...configuration, ...makersOf(around.certificates)],
      reloadInputs: around.certificates
        .filter(({ isDefault }) => isDefault)
        .flatMap(({ key, chain }) => [...new Set([key, chain])]),
      restartOn: [...packages, ...dropIns],
      health: answers(context.vars),
    })
    yield listens(context.vars)
  },
})

function surroundings({ collect, refuse }: Context): Surroundings | undefined {
  const [store] = collect(mailStores)
  const [agent] = collect(deliveryAgents)
  const [srs, second] = collect(senderRewriting)
  const shown = collect(certificates)
  if (!store) refuse('playbook', 'no mail store', 'a role that provides one, such as mailstore')
  if (!agent) refuse('playbook', 'nothing that mail is delivered to', 'a role that provides it, such as dovecot')
  if (!shown.some(({ isDefault }) => isDefault))
    refuse('playbook', 'no certificate', 'a role that provides them, such as tls')
  if (second) refuse('playbook', 'two roles that rewrite senders', 'one')
  return store && agent ? { store, agent, certificates: shown, milters: collect(milters), srs } : undefined
}

/** Every file below /etc/postfix, checked together; what our own lints find is refused before anything is contacted. */
function configurationOf({ vars: options, secret, template, refuse }: Context, around: Surroundings): Resource[] {
  const { host, mail, rbl } = options
  const { srs } = around
  const egress = srs?.mode === 'egress'
  const main = template('postfix/main.cf.ejs', mainLocals(options, around))
  const master = template('postfix/master.cf.ejs', masterLocals(options, around))
  const password = secret('db/postfix_ro')
  const facts = { store: around.store, password, domain: mail.primaryDomain, postmaster: mail.postmaster, egress }
  const files = [
    ...lookupTables(template, facts),
    ...headerChecks(host.fqdn),
    ...clientAccess(options),
    ...(rbl.spamhausDqsKey ? [dqsLists(template, secret(rbl.spamhausDqsKey.secret))] : []),
    ...(egress ? egressSenders(host.fqdn, srs.domain) : []),
    sniTable(around.certificates),
    file({ path: '/etc/postfix/main.cf', content: main }),
    file({ path: '/etc/postfix/master.cf', content: master }),
  ]
  const problems = postfixProblems({
    main: String(main),
    master: String(master),
    sni: sniText(around.certificates),
    names: around.certificates.map(({ name }) => name),
    keys: around.certificates.map(({ key }) => key),
    tables: files.map(({ key }) => key),
  })
  for (const { place, found, allowed } of problems) refuse(place, found, allowed)
  return files
}

// Mail is only delayed when one of these is late; units that are not installed are no obstacle (systemd.unit(5), Wants).
function unitText({ vars: { ipv6 }, template }: Context, { milters: filters, srs }: Surroundings) {
  const names = ['mariadb', 'dovecot', ...filters.map(({ name }) => name), ...(srs ? ['postsrsd'] : [])]
  const units = [...new Set(names)].map((name) => `${name}.service`)
  return template('postfix/drop-in.conf.ejs', { units, protocols: ipv6.enabled ? 'all' : 'ipv4' })
}
