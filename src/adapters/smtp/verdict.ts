import { type AuthenticateOptions, authenticate } from 'mailauth'
import type { Verdict } from '../../mail/checks/message.ts'

/** From whom a message would have come to a receiver. */
export interface Origin {
  readonly ip: string
  readonly helo: string
  readonly sender: string
}

/** Judges a stored message as a receiver would, with an independent implementation; `resolve` asks DNS. */
export async function judge(
  message: Buffer,
  origin: Origin,
  resolve: NonNullable<AuthenticateOptions['resolver']>,
): Promise<Verdict> {
  const { dkim, spf, dmarc, arc } = await authenticate(message, { ...origin, mta: 'verify.invalid', resolver: resolve })
  return {
    dkim: (dkim?.results ?? []).map(({ signingDomain, selector, status }) => ({
      domain: signingDomain ?? '',
      selector: selector ?? '',
      result: status?.result ?? 'none',
      because: status?.comment ? String(status.comment) : '',
    })),
    spf: resultOf(spf),
    dmarc: resultOf(dmarc),
    arc: resultOf(arc),
    arcSets: (arc && Number(arc.i)) || 0,
  }
}

/** The word of one method; a method that was not carried out says `none`. */
function resultOf(method: false | { readonly status: { readonly result: string } } | undefined): string {
  return method ? method.status.result : 'none'
}
