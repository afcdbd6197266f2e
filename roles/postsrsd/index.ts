import {
  absent,
  defineRole,
  derive,
  directory,
  endpoints,
  file,
  group,
  pkg,
  type Script,
  service,
  sh,
  user,
} from '#orchestrate'
import { activeDomains } from '../lib/names.ts'
import { mailDomainRecords } from '../lib/records.ts'
import { restarts } from '../lib/restart.ts'
import { senderRewriting } from '../slots.ts'
import { hostVars, mailVars } from '../vars/mail.ts'
import { srsVars } from '../vars/signing.ts'
import { postsrsdProblems } from './lints.ts'

const home = '/var/lib/postsrsd'
const ports = { forward: 10_001, reverse: 10_002 }

export default defineRole({
  name: 'postsrsd',
  description: 'PostSRSd rewrites the senders of forwarded mail, so that SPF passes and bounces are returned.',
  vars: { host: hostVars, mail: mailVars, srs: srsVars },

  secrets: ({ vars: { srs } }) =>
    srs.enabled ? [{ name: 'srs/secret', description: 'Signs rewritten senders; whoever has it can relay mail.' }] : [],

  provides: ({ vars: { mail, srs } }) => {
    if (!srs.enabled) return []
    const table = (port: number) => `tcp:127.0.0.1:${port}`
    const tables = { forward: table(ports.forward), reverse: table(ports.reverse), mode: srs.mode }
    const listens = (port: number, purpose: string) => endpoints({ port, name: 'srs', purpose, exposure: 'loopback' })
    const hosted = srs.domain === undefined || mail.domains.some(({ name }) => name === srs.domain)
    const domain = srs.domain ?? mail.primaryDomain
    return [
      senderRewriting({ ...tables, domain, ...(srs.domain && !hosted ? { ownDomain: srs.domain } : {}) }),
      listens(ports.forward, 'PostSRSd, senders'),
      listens(ports.reverse, 'PostSRSd, recipients'),
    ]
  },

  *resources({ vars: { host, mail, srs }, secret, template, refuse }) {
    if (!srs.enabled) {
      yield absent(service({ unit: 'postsrsd.service' }))
      return
    }
    const domain = srs.domain ?? mail.primaryDomain
    const asleep = mail.domains.some(({ name, active }) => name === srs.domain && !active)
    if (srs.domain === host.fqdn || asleep) {
      const allowed = 'an active domain or a separate name: bounces are sent to it'
      refuse('srs.domain', `${srs.domain}, ${asleep ? 'which is not active' : 'the host itself'}`, allowed)
    }
    const server = pkg({ name: 'postsrsd' })
    yield server
    // The package creates no account; if the one in RUN_AS is missing, the unit restarts forever.
    yield group({ name: 'postsrsd', system: true })
    yield user({ name: 'postsrsd', group: 'postsrsd', home, shell: '/sbin/nologin', system: true, createHome: false })
    yield directory({ path: home, group: 'postsrsd', mode: '0750' })

    const key = file({
      path: '/etc/postsrsd.secret',
      // Every line is a key: the first signs, all are accepted. The daemon reads it as root.
      content: derive('srs/secret', [secret('srs/secret')], ([text]) => `${text?.trim()}\n`),
      mode: '0600',
    })
    const excluded = [...new Set([...mail.domains.map(({ name }) => name), host.fqdn, domain])]
    const text = template('postsrsd/postsrsd.ejs', { domain, excluded, ports })
    for (const { place, found, allowed } of postsrsdProblems(String(text), excluded)) refuse(place, found, allowed)
    const settings = file({
      path: '/etc/default/postsrsd',
      content: text,
      check: sh`sh -n "$candidate"`,
    })
    const dropIn = restarts('postsrsd', template, 'always')
    yield* [key, settings, ...dropIn]
    yield service({ unit: 'postsrsd.service', restartOn: [server, key, settings, ...dropIn], health: rewrites(domain) })
  },

  // Bounces to rewritten senders must come back.
  records: ({ vars: { host, mail, srs } }) => {
    const own = srs.enabled && srs.domain && !activeDomains(mail).includes(srs.domain) ? [srs.domain] : []
    return [{ records: own.flatMap((domain) => mailDomainRecords(domain, host.fqdn)), missing: [] }]
  },
})

// tcp_table(5): the answer is `200 TEXT`. A rewritten address must also be restored.
function rewrites(domain: string): Script {
  const ask = `get() { exec 3<>"/dev/tcp/127.0.0.1/$1" && echo "get $2" >&3 && read -r code answer <&3 && [ "$code" = 200 ]; }
get ${ports.forward} probe@probe.invalid && case $answer in SRS0=*@"$domain") get ${ports.reverse} "$answer" && [ "$answer" = probe@probe.invalid ] ;; *) false ;; esac`
  return sh`timeout 5 bash -c ${`domain=${domain}\n${ask}`}`
}
