import { type Answer, recordProblems } from '../dns/compare.ts'
import { keyValue } from '../dns/keys.ts'
import { tags } from '../dns/txt.ts'

/** The value that revokes a key (RFC 6376, 3.6.1: an empty `p=`). */
export const revokedValue = 'v=DKIM1; k=rsa; p='

/** What one server says of a selector. */
export interface RecordSeen {
  readonly server: string
  readonly says: 'key' | 'revoked' | 'absent' | 'differs' | 'silent'
  /** What stands there instead of the key, in words. */
  readonly found: string
  readonly ttl?: number | undefined
}

/** Reads an answer for the record of a key; without the key any that is not revoked will do. */
export function recordSeen(name: string, base64: string | undefined, answer: Answer): RecordSeen {
  const { server, status, texts, ttl } = answer
  const seen = (says: RecordSeen['says'], found = '') => ({ server, says, found, ttl })
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') return seen('silent', status)
  if (texts.length === 0) return seen('absent', status === 'NXDOMAIN' ? 'no such name' : 'no such record')
  if (isRevoked(answer)) return seen('revoked', 'revoked (p= is empty)')
  if (base64 === undefined) return seen('key')
  const want = { name, type: 'TXT', value: keyValue({ base64 }), why: '' } as const
  const [problem] = recordProblems(want, answer)
  return problem ? seen('differs', problem.found) : seen('key')
}

/** Whether a server says of a selector that its key is revoked. */
export function isRevoked({ texts }: Pick<Answer, 'texts'>): boolean {
  return texts.length > 0 && texts.every((chunks) => tags(chunks.join('')).get('p') === '')
}
