import {
  command,
  defineRole,
  derive,
  directory,
  file,
  group,
  pkg,
  postsrsdProblems,
  type Script,
  service,
  sh,
  user,
} from '#orchestrate'
import { restarts } from '../restart.ts'
import { senderRewriting } from '../slots.ts'
import { srsVars } from '../vars/filtering.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'

const home = '/var/lib/postsrsd'

export default defineRole({
  name: 'postsrsd',
  description: 'PostSRSd rewrites the senders of forwarded mail, so that SPF passes and bounces come back.',
  vars: { host: hostVars, mail: mailVars, srs: srsVars },

  secrets: ({ vars: { srs } }) =>
    srs.enabled ? [{ name: 'srs/secret', description: 'Signs rewritten senders; whoever has it can relay mail.' }] : [],

  provides: ({ vars: { mail, srs } }) => {
    if (!srs.enabled) return []
    const tables = { forward: 'tcp:127.0.0.1:10001', reverse: 'tcp:127.0.0.1:10002', mode: srs.mode }
    const domain = srs.domain ?? mail.primaryDomain
    const hosted = srs.domain === undefined || mail.domains.some(({ name }) => name === srs.domain)
    return [senderRewriting({ ...tables, domain, ...(srs.domain && !hosted ? { ownDomain: srs.domain } : {}) })]
  },

  *resources({ vars: { host, mail, srs }, secret, template, refuse }) {
    if (!srs.enabled) {
      yield command({
        name: 'postsrsd is off',
        unless: sh`! systemctl -q is-active postsrsd.service && ! systemctl -q is-enabled postsrsd.service`,
        run: sh`systemctl -q disable --now postsrsd.service`,
      })
      return
    }
    const domain = srs.domain ?? mail.primaryDomain
    const asleep = mail.domains.some(({ name, active }) => name === srs.domain && !active)
    if (srs.domain === host.fqdn || asleep) {
      const allowed = 'an active domain or a name of its own: bounces come back to it'
      refuse('srs.domain', `${srs.domain}, ${asleep ? 'which is not active' : 'the host itself'}`, allowed)
    }
    const server = pkg({ name: 'postsrsd' })
    yield server
    // The package makes no account; with RUN_AS naming a missing one the unit would restart for ever (S83, S84).
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
    const text = template('postsrsd/postsrsd.ejs', { domain, excluded })
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
})

// tcp_table(5): the answer is `200 TEXT`. What was rewritten must also find its way back.
function rewrites(domain: string): Script {
  const ask = `get() { exec 3<>"/dev/tcp/127.0.0.1/$1" && echo "get $2" >&3 && read -r code answer <&3 && [ "$code" = 200 ]; }
get 10001 probe@probe.invalid && case $answer in SRS0=*@"$domain") get 10002 "$answer" && [ "$answer" = probe@probe.invalid ] ;; *) false ;; esac`
  return sh`timeout 5 bash -c ${`domain=${domain}\n${ask}`}`
}
