import { absent, command, file, type Refuse, type Resource, type RoleContext, service, sh } from '#orchestrate'
import { authservProblems } from '../lib/authserv.ts'
import { milterAnswers } from '../slots.ts'

type Template = RoleContext<unknown>['template']

// Headers whose changes by a forwarder or list should be noticed (RFC 8617, 4.1.2 leaves the choice to the sealer).
const signHeaders = [
  'from',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'dkim-signature',
]

const unit = '/etc/systemd/system/openarc-sealer.service'

interface InstanceOptions {
  readonly name: 'openarc' | 'openarc-sealer'
  readonly port: number
  readonly mode: 'v' | 'sv'
  readonly finalReceiver: boolean
  readonly fqdn: string
  readonly domain: string
  readonly selector: string
  readonly keyFile: string
  readonly template: Template
  readonly refuse: Refuse
}

/** The settings of one OpenARC process. */
export function instance({ template, refuse, ...settings }: InstanceOptions): Resource {
  // All mail of the egress stage comes from this host itself, so the sealer must not skip local clients.
  const peerList = settings.name === 'openarc' ? '/etc/openarc/PeerList' : ''
  const text = template('openarc/openarc.conf.ejs', { ...settings, signHeaders, peerList })
  const problems = authservProblems({ fqdn: settings.fqdn, openarc: String(text) })
  for (const { place, found, allowed } of problems) refuse(place, found, allowed)
  return file({
    path: `/etc/${settings.name}.conf`,
    group: 'openarc',
    content: text,
    check: sh`runuser -u openarc -- /usr/sbin/openarc -n -c "$candidate"`,
  })
}

/**
 * Upgrades OpenARC to a version that tells OpenDMARC who sealed, or stops the role if none is available: an older one accepts
 * the settings without effect.
 */
export function knowsSealers(): Resource {
  const oldest = '1.1'
  const knows = sh`have=$(rpm -q --qf '%{VERSION}' openarc) && [ "$(printf '%s\n' "$have" ${oldest} | sort -V | head -n 1)" = ${oldest} ]`
  return command({
    name: 'an OpenARC that knows trusted sealers',
    unless: knows,
    run: sh`dnf -y -q upgrade openarc
if ${knows}; then exit 0; fi
echo "arc.trustedSealers needs OpenARC "${oldest}", this is $(rpm -q --qf '%{VERSION}' openarc); epel-testing in base.repositories may have it" >&2
exit 1`,
  })
}

/** The unit of the second process. */
export function sealerUnit(template: Template): Resource {
  return file({ path: unit, content: template('openarc/openarc-sealer.service.ejs') })
}

interface DaemonOptions {
  readonly name: string
  readonly port: number
  readonly reloadOn: readonly Resource[]
  readonly restartOn: readonly Resource[]
}

/** The running process. USR1 does not re-read Socket and UserID: a process on another socket still has an earlier configuration. */
export function daemon({ name, port, reloadOn, restartOn }: DaemonOptions): Resource {
  return service({
    unit: `${name}.service`,
    reloadOn,
    restartOn,
    listens: [`127.0.0.1:${port}`],
    restartInputs: name === 'openarc' ? ['/etc/sysconfig/openarc'] : [],
    health: milterAnswers(port),
  })
}

/** Removes the second process of an earlier declaration. */
export function noSealer(): Resource[] {
  const files = [unit, '/etc/openarc-sealer.conf'].map((path) => absent(file({ path })))
  return [absent(service({ unit: 'openarc-sealer.service' })), ...files]
}
