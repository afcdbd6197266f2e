import type { Problem } from '#orchestrate'
import { configLines, settingOf } from './config-lines.ts'

/** The files that must agree on one authserv-id (RFC 8601, section 2.5). */
export interface AuthservTexts {
  readonly fqdn: string
  readonly opendkim?: string | undefined
  readonly opendmarc?: string | undefined
  readonly openarc?: string | undefined
  readonly main?: string | undefined
  readonly headerChecks?: string | undefined
}

/**
 * Finds an authserv-id that is not the same everywhere: OpenDMARC then ignores OpenDKIM's result, OpenARC seals an empty
 * statement, and forged results with the trusted id come in. The header check that drops those must name it too.
 */
export function authservProblems(texts: AuthservTexts): Problem[] {
  const { fqdn, opendkim, opendmarc, openarc, headerChecks } = texts
  const hostname = /^myhostname\s*=\s*(\S+)/m.exec(texts.main ?? '')?.[1] ?? fqdn
  const ids: (readonly [place: string, id: string | undefined])[] = [
    ['main.cf myhostname', hostname],
    ['opendkim.conf AuthservID', opendkim === undefined ? fqdn : (settingOf(opendkim, 'AuthservID') ?? hostname)],
    ['opendkim.conf RemoveARFrom', opendkim && settingOf(opendkim, 'RemoveARFrom')],
    ['opendmarc.conf AuthservID', opendmarc && settingOf(opendmarc, 'AuthservID')],
    ['opendmarc.conf TrustedAuthservIDs', opendmarc && settingOf(opendmarc, 'TrustedAuthservIDs')],
    ['openarc.conf AuthservID', openarc && settingOf(openarc, 'AuthservID')],
  ]
  const wrong = ids.filter(([, id]) => id !== undefined && id !== '' && resolved(id, hostname) !== fqdn)
  const problems = wrong.map(([place, id]) => ({ place, found: String(id), allowed: `${fqdn}, the same everywhere` }))
  return [...problems, ...strippingProblems(headerChecks, fqdn)]
}

function resolved(id: string, hostname: string): string {
  return id === 'HOSTNAME' ? hostname : id
}

function strippingProblems(headerChecks: string | undefined, fqdn: string): Problem[] {
  if (headerChecks === undefined) return []
  const escaped = fqdn.replaceAll('.', String.raw`\.`)
  const stripping = configLines(headerChecks).filter(({ text }) => /Authentication-Results/i.test(text))
  if (stripping.some(({ text }) => text.includes(escaped) && /\b(IGNORE|REJECT|STRIP)\b/.test(text))) return []
  const found = stripping[0]?.text ?? 'nothing that drops forged Authentication-Results'
  return [{ place: 'header_checks', found, allowed: `/^Authentication-Results:…${escaped}\\b/ IGNORE` }]
}
