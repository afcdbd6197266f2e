import { absent, authservProblems, command, file, type Resource, service, sh, type Text } from '#orchestrate'
import { milterAnswers } from '../slots.ts'

type Template = (name: string, locals?: Readonly<Record<string, unknown>>) => Text

// What a forwarder or list should not change unseen (RFC 8617 4.1.2 leaves the choice to the sealer).
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
  refuse(place: string, found: string, allowed: string): void
}

/** The settings of one OpenARC process. */
export function instance({ template, refuse, ...settings }: InstanceOptions): Resource {
  // The egress service hears everything from this host itself, so the sealer must not skip local clients.
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
 * Brings OpenARC to a version that tells OpenDMARC who sealed, or stops the role where none is on offer: an older one would
 * take the settings and do nothing.
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

/** The running process. USR1 re-reads all but Socket and UserID: one on another socket is an earlier configuration's. */
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

/** Takes the second process away where an earlier declaration had it. */
export function noSealer(): Resource[] {
  const files = [unit, '/etc/openarc-sealer.conf'].map((path) => absent(file({ path })))
  return [absent(service({ unit: 'openarc-sealer.service' })), ...files]
}
