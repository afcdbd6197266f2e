import type { Problem } from '../../kernel/errors.ts'
import { Text } from '../../kernel/text.ts'
import type { HostDeclaration } from '../../model/plan.ts'
import { authservProblems } from './authserv.ts'
import { dovecotProblems } from './dovecot.ts'
import { internalHostsProblems, keyTableProblems, signingTableProblems } from './key-table.ts'
import { missingMapProblems } from './maps.ts'
import { mainCfNameProblems, masterCfNameProblems, newerValueProblems } from './postfix-names.ts'
import { restrictionProblems } from './postfix-restrictions.ts'
import { postsrsdProblems } from './postsrsd.ts'
import { blockListProblems } from './rbl.ts'
import { sniProblems } from './sni.ts'

/** What the files are judged by. */
export interface LintFacts {
  readonly fqdn: string
  readonly domains: readonly string[]
  /** Names that clients connect to, host name included. */
  readonly clientNames: readonly string[]
}

const postfix = '/etc/postfix'

/** Every lint over the files that one host is to have; a file that is not among them is not judged. */
export function fileProblems(files: ReadonlyMap<string, string>, facts: LintFacts): Problem[] {
  return [...postfixProblems(files, facts), ...signingProblems(files, facts), ...otherProblems(files, facts)]
}

/** The texts of the files that a host's declaration holds, secrets masked. */
export function declaredFiles({ roles }: HostDeclaration): Map<string, string> {
  const files = roles.flatMap(({ resources }) => resources.filter(({ kind }) => kind.name === 'file'))
  return new Map(
    files.flatMap(({ key, want }) => {
      const content: unknown = want && typeof want === 'object' && 'content' in want ? want.content : undefined
      return typeof content === 'string' || content instanceof Text
        ? [[key, String(content)] as const]
        : [[key, ''] as const]
    }),
  )
}

function postfixProblems(files: ReadonlyMap<string, string>, facts: LintFacts): Problem[] {
  const main = files.get(`${postfix}/main.cf`)
  if (main === undefined) return []
  const master = files.get(`${postfix}/master.cf`) ?? ''
  const sni = files.get(`${postfix}/tls_server_sni_maps`)
  return [
    ...mainCfNameProblems(main),
    ...masterCfNameProblems(master, main),
    ...newerValueProblems(main),
    ...restrictionProblems(main, master),
    ...blockListProblems(main, master),
    ...missingMapProblems({ main, master }, [...files.keys()]),
    ...(sni === undefined ? [] : sniProblems(sni, { names: facts.clientNames })),
  ]
}

function signingProblems(files: ReadonlyMap<string, string>, { fqdn, domains }: LintFacts): Problem[] {
  const get = (name: string) => files.get(`/etc/opendkim/${name}`)
  const [keyTable, signingTable, trusted] = [get('KeyTable'), get('SigningTable'), get('TrustedHosts')]
  const signed = keyTable === undefined ? {} : { keyTable }
  return [
    ...(keyTable === undefined ? [] : keyTableProblems(keyTable)),
    ...(signingTable === undefined
      ? []
      : signingTableProblems(signingTable, { ...signed, domains: [...domains, fqdn] })),
    ...(trusted === undefined ? [] : internalHostsProblems(trusted)),
  ]
}

function otherProblems(files: ReadonlyMap<string, string>, { fqdn, domains }: LintFacts): Problem[] {
  const dovecot = files.get('/etc/dovecot/dovecot.conf')
  const postsrsd = files.get('/etc/default/postsrsd')
  return [
    ...authservProblems({
      fqdn,
      opendkim: files.get('/etc/opendkim.conf'),
      opendmarc: files.get('/etc/opendmarc.conf'),
      openarc: files.get('/etc/openarc.conf'),
      main: files.get(`${postfix}/main.cf`),
      headerChecks: files.get(`${postfix}/header_checks`),
    }),
    ...(dovecot === undefined ? [] : dovecotProblems(dovecot)),
    ...(postsrsd === undefined ? [] : postsrsdProblems(postsrsd, [...domains, fqdn])),
  ]
}
