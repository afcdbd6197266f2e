import type { Problem } from '#orchestrate'
import { dovecotProblems } from '../../../roles/dovecot/lints.ts'
import { authservProblems } from '../../../roles/lib/authserv.ts'
import { signingProblems } from '../../../roles/opendkim/lints.ts'
import { postfixProblems } from '../../../roles/postfix/lints.ts'
import { postsrsdProblems } from '../../../roles/postsrsd/lints.ts'

/** What the files are judged by. */
interface LintFacts {
  readonly fqdn: string
  readonly domains: readonly string[]
  /** Names that clients connect to, host name included. */
  readonly clientNames: readonly string[]
}

/** Every lint over the files that one host is to have; a file that is not among them is not judged. */
export function fileProblems(files: ReadonlyMap<string, string>, facts: LintFacts): Problem[] {
  const { fqdn, domains, clientNames: names } = facts
  const main = files.get('/etc/postfix/main.cf')
  const dovecot = files.get('/etc/dovecot/dovecot.conf')
  const postsrsd = files.get('/etc/default/postsrsd')
  const postfix = {
    master: files.get('/etc/postfix/master.cf') ?? '',
    sni: files.get('/etc/postfix/tls_server_sni_maps'),
    tables: [...files.keys()],
  }
  return [
    ...(main === undefined ? [] : postfixProblems({ ...postfix, main, names })),
    ...signingProblems({
      keyTable: files.get('/etc/opendkim/KeyTable'),
      signingTable: files.get('/etc/opendkim/SigningTable'),
      trustedHosts: files.get('/etc/opendkim/TrustedHosts'),
      domains: [...domains, fqdn],
    }),
    ...authservProblems({
      fqdn,
      opendkim: files.get('/etc/opendkim.conf'),
      opendmarc: files.get('/etc/opendmarc.conf'),
      openarc: files.get('/etc/openarc.conf'),
      main,
      headerChecks: files.get('/etc/postfix/header_checks'),
    }),
    ...(dovecot === undefined ? [] : dovecotProblems(dovecot)),
    ...(postsrsd === undefined ? [] : postsrsdProblems(postsrsd, [...domains, fqdn])),
  ]
}
