import { file, type Resource, type RoleContext, type Script, type Secret, sh } from '#orchestrate'
import { lookUp } from './checks.ts'
import { egressPort, hasClientAccess } from './settings.ts'
import type { Vars } from './vars.ts'

const written = '# Written by orchestrate; changes made here are undone.'

/** Whether a table without an index can be read; "not found" is exit status 1, errors are written to stderr (postmap(1)). */
function readable(type: 'pcre' | 'cidr'): Script {
  return sh`${lookUp(type, '192.0.2.1')}
look_up || [ $? -eq 1 ]`
}

/**
 * Authentication-Results headers with this host's own id are removed before any filter reads them, as they are forged
 * (RFC 8601, 5). On mail from users all of them are removed.
 */
export function headerChecks(fqdn: string): Resource[] {
  const own = fqdn.replaceAll('.', '\\.')
  const forged = `/^Authentication-Results:(\\s|\\([^()]*\\))*"?${own}\\.?"?(\\s|;|\\(|$)/ IGNORE`
  return [
    table('header_checks', 'pcre', [forged]),
    table('submission_header_checks', 'pcre', ['/^Authentication-Results:/ IGNORE']),
  ]
}

/** Networks that are accepted before any block list is queried, and networks that are always rejected. */
export function clientAccess(options: Pick<Vars, 'rbl'>): Resource[] {
  if (!hasClientAccess(options)) return []
  const { allow, deny } = options.rbl
  return [
    table('client_access', 'cidr', [...allow.map((one) => `${one} permit`), ...deny.map((one) => `${one} reject`)]),
  ]
}

/** Spamhaus lists through the Data Query Service: the key is part of the zone name, so the file is not world-readable. */
export function dqsLists(template: RoleContext<unknown>['template'], key: Secret): Resource {
  return file({
    path: '/etc/postfix/rbl_dqs',
    content: template('postfix/rbl_dqs.ejs', { key }),
    group: 'postfix',
    mode: '0640',
    check: readable('pcre'),
  })
}

/**
 * Which senders take the egress path. The null sender must not, or a bounce runs in circles; Postfix looks it up as `<>`
 * in some versions and as an empty text in others, so it is told by the missing @. Nor must senders that this host has
 * rewritten; those of another forwarder must, or SPF fails at the receiver (they become SRS1).
 */
export function egressSenders(fqdn: string, srsDomain: string): Resource[] {
  const [own, rewritten] = [fqdn, srsDomain].map((name) => name.replaceAll('.', '\\.'))
  return [
    table('egress_home', 'pcre', ['/^[^@]*$/ smtp:', `/^srs[01][-+=].*@${rewritten}$/ smtp:`, `/@${own}$/ smtp:`]),
    table('egress_others', 'pcre', [`/@/ egress:[127.0.0.1]:${egressPort}`]),
  ]
}

function table(name: string, type: 'pcre' | 'cidr', rows: readonly string[]): Resource {
  return file({ path: `/etc/postfix/${name}`, content: `${[written, ...rows].join('\n')}\n`, check: readable(type) })
}
