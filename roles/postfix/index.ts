import {
  defineRole,
  directory,
  type Endpoint,
  endpoints,
  file,
  pkg,
  type Resource,
  type RoleContext,
  service,
  validate,
} from '#orchestrate'
import { activeDomains, userServer } from '../lib/names.ts'
import { mailDomainRecords, senderPolicy, serviceRecords } from '../lib/records.ts'
import { restarts } from '../lib/restart.ts'
import {
  certificates,
  deliveryAgents,
  mailStores,
  makersOf,
  milters,
  senderRewriting,
  testMailboxes,
  webSites,
} from '../slots.ts'
import { answers, checkTree, listens, rootAlias } from './checks.ts'
import { postfixProblems } from './lints.ts'
import { strangerChecks } from './live.ts'
import { clientAccess, dqsLists, egressSenders, headerChecks } from './maps.ts'
import { messageChecks } from './message.ts'
import { daneRecords, tlsReportRecords } from './records.ts'
import { egressPort, mainLocals, masterLocals, type Surroundings } from './settings.ts'
import { sniIndex, sniTable, sniText } from './sni.ts'
import { lookupTables } from './tables.ts'
import { type Vars, vars } from './vars.ts'

type Context = RoleContext<Vars>

export default defineRole({
  name: 'postfix',
  description:
    'Postfix: accepts mail from other servers and users, filters it, and delivers it to Dovecot or sends it on.',
  vars,
  collects: [certificates, mailStores, deliveryAgents, milters, senderRewriting],
  reads: [testMailboxes, webSites],

  secrets: () => [
    { name: 'db/postfix_ro', description: 'Password of the database account that Postfix uses for lookups.' },
  ],

  provides: ({ vars: { submission, srs } }) => {
    const offered = submissions.filter(({ port }) => submission.ports.includes(port))
    const again: Endpoint = { port: egressPort, name: 'smtp', purpose: 'mail that leaves', exposure: 'loopback' }
    const egress = srs.enabled && srs.mode === 'egress' ? [again] : []
    return [smtp, ...offered, ...egress].map((one) => endpoints(one))
  },

  *resources(context) {
    const around = surroundings(context)
    if (!around) return
    const packages = ['postfix', 'postfix-mysql', 'postfix-pcre'].map((name) => pkg({ name }))
    yield* [...packages, directory({ path: '/etc/postfix/sql', group: 'postfix', mode: '0750' })]

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
      listens: listens(context.vars),
      health: answers(context.vars),
    })
  },

  records: ({ host: facts, vars: { host, mail, submission, extras }, collect }) => {
    const domains = activeDomains(mail)
    const services = submissions.map(
      ({ name, port }) => [name, submission.ports.includes(port) ? port : undefined] as const,
    )
    const serverOf = (domain: string) => userServer(domain, collect(certificates), collect(webSites))
    const records = [
      senderPolicy(host.fqdn, 'v=spf1 a -all', 'SPF of the host name: bounces have no other sender to check'),
      ...domains.flatMap((domain) => mailDomainRecords(domain, host.fqdn)),
      ...tlsReportRecords(domains, extras.tlsRpt, mail.postmaster),
      ...serviceRecords(domains, services, serverOf),
    ]
    return [{ records, missing: [] }, ...(extras.dane ? [daneRecords(facts, host.fqdn)] : [])]
  },

  checks: ({ vars: { mail, submission }, collect }) => [
    ...strangerChecks(mail.primaryDomain, submission.ports),
    ...collect(testMailboxes).flatMap(messageChecks),
  ],
})

const smtp: Endpoint = {
  port: 25,
  name: 'smtp',
  purpose: 'SMTP',
  exposure: 'world',
  firewalldService: 'smtp',
  tls: { start: 'smtp', names: 'clients' },
  bans: true,
}

const submissions = [
  {
    port: 465,
    name: 'submissions',
    purpose: 'submission over TLS',
    exposure: 'world',
    firewalldService: 'smtps',
    tls: { start: 'immediate', names: 'clients' },
    bans: true,
  },
  {
    port: 587,
    name: 'submission',
    purpose: 'submission',
    exposure: 'world',
    firewalldService: 'smtp-submission',
    tls: { start: 'smtp', names: 'clients' },
    bans: true,
  },
] as const satisfies readonly Endpoint[]

function surroundings({ collect, refuse }: Context): Surroundings | undefined {
  const [store] = collect(mailStores)
  const [agent] = collect(deliveryAgents)
  const [srs, second] = collect(senderRewriting)
  const shown = collect(certificates)
  if (!store) refuse('playbook', 'no mail store', 'a role that provides one, such as mailstore')
  if (!agent) refuse('playbook', 'no delivery agent', 'a role that provides one, such as dovecot')
  if (!shown.some(({ isDefault }) => isDefault))
    refuse('playbook', 'no certificate', 'a role that provides them, such as tls')
  if (second) refuse('playbook', 'two roles that rewrite senders', 'one')
  return store && agent ? { store, agent, certificates: shown, milters: collect(milters), srs } : undefined
}

/** Every file below /etc/postfix, checked together; what the lints find is refused before any host is contacted. */
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

// Wants, not Requires: mail is only delayed if one of these starts late, and missing units are ignored (systemd.unit(5)).
function unitText({ vars: { ipv6 }, template }: Context, { milters: filters, srs }: Surroundings) {
  const names = ['mariadb', 'dovecot', ...filters.map(({ name }) => name), ...(srs ? ['postsrsd'] : [])]
  const units = [...new Set(names)].map((name) => `${name}.service`)
  return template('postfix/drop-in.conf.ejs', { units, protocols: ipv6.enabled ? 'all' : 'ipv4' })
}
