import { type Answer, compareRecord, type HostFacts, type HostRecords, isWithdrawn } from '#orchestrate'
import { type KeyName, keyRecord, keyRecords } from '../lib/key-records.ts'
import { selectorsOf } from '../lib/selectors.ts'
import { keysRoot, signingDomains, srsDomain } from './keys.ts'
import type { Vars } from './vars.ts'

/** The value that revokes a key (RFC 6376, 3.6.1: an empty `p=`). */
export const revokedValue = 'v=DKIM1; k=rsa; p='

/** Records of a host's DKIM keys: the declared ones, and others that still exist on it. */
export function dkimRecords({ name }: HostFacts, vars: Vars): HostRecords {
  const declared = signingDomains(vars).flatMap((domain) => {
    const { signs, kept } = selectorsOf(vars, domain)
    return [signs, ...kept].map((selector): KeyName => ({ domain, selector }))
  })
  const { mail } = vars
  const active = mail.domains.filter((one) => one.active).map((one) => one.name)
  const domains = [...active, mail.primaryDomain, srsDomain(vars)]
  return keyRecords({ host: name, use: 'DKIM', root: keysRoot, declared, domains })
}

/** What one server says of a selector. */
export interface RecordSeen {
  readonly server: string
  readonly says: 'key' | 'revoked' | 'absent' | 'differs' | 'silent'
  /** What was found instead of the key. */
  readonly found: string
  readonly ttl?: number | undefined
}

/** Evaluates an answer for the record of a key; if the key is not known, any record that is not revoked is accepted. */
export function recordSeen(name: KeyName, base64: string | undefined, answer: Answer): RecordSeen {
  const { server, status, texts, ttl } = answer
  const seen = (says: RecordSeen['says'], found = '') => ({ server, says, found, ttl })
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') return seen('silent', status)
  if (texts.length === 0) return seen('absent', status === 'NXDOMAIN' ? 'no such name' : 'no such record')
  if (isWithdrawn(keyRecord({ ...name, base64: '' }), answer)) return seen('revoked', 'revoked (p= is empty)')
  if (base64 === undefined) return seen('key')
  const [problem] = compareRecord({ ...keyRecord({ ...name, base64 }), why: '' }, answer)
  return problem ? seen('differs', problem.found) : seen('key')
}
