import type { CheckTools, Problem } from '#orchestrate'

/** From whom a message would have come to a receiver. */
interface Origin {
  readonly ip: string
  readonly helo: string
  readonly sender: string
}

/** The verdict of an independent verifier (mailauth) on a stored message, as a receiver would come to it. */
export interface Verdict {
  readonly dkim: readonly {
    readonly domain: string
    readonly selector: string
    readonly result: string
    readonly because: string
  }[]
  readonly spf: string
  readonly dmarc: string
  /** `none` when there is no ARC set. */
  readonly arc: string
  readonly arcSets: number
}

/** Judges a stored message as a receiver would; `resolve` asks DNS. */
export async function judge(message: Buffer, origin: Origin, resolve: CheckTools['resolve']): Promise<Verdict> {
  // The library is worth its loading time only where a message is judged.
  const { authenticate } = await import('mailauth')
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

/** What must be true of the message: signed by its own domain, SPF and DMARC pass at any receiver, no broken ARC chain. */
export function verdictProblems(
  domain: string,
  verdict: Verdict,
  want: { readonly spf: boolean; readonly sealed: boolean },
): Problem[] {
  const problems: Problem[] = []
  const own = verdict.dkim.filter((one) => one.domain === domain)
  if (!own.some(({ result }) => result === 'pass')) {
    const found = own
      .map(({ result, selector, because }) => `${selector}: ${result}${because ? ` (${because})` : ''}`)
      .join(', ')
    problems.push({
      place: 'DKIM',
      found: found || `no signature of ${domain}`,
      allowed: `dkim=pass header.d=${domain}`,
    })
  }
  if (want.spf && verdict.spf !== 'pass')
    problems.push({ place: 'SPF', found: `spf=${verdict.spf}`, allowed: 'spf=pass' })
  if (verdict.dmarc !== 'pass')
    problems.push({ place: 'DMARC', found: `dmarc=${verdict.dmarc}`, allowed: 'dmarc=pass' })
  if (want.sealed ? verdict.arc !== 'pass' : verdict.arc !== 'pass' && verdict.arc !== 'none') {
    problems.push({ place: 'ARC', found: `arc=${verdict.arc}, ${verdict.arcSets} sets`, allowed: 'arc=pass' })
  }
  return problems
}

/** Results that the receiving host wrote into the message itself. */
export function receiverProblems(headers: string, fqdn: string): Problem[] {
  const results = authenticationResults(headers).filter((value) => value.toLowerCase().startsWith(`${fqdn};`))
  return ['dkim', 'spf', 'dmarc'].flatMap((method) => {
    const said = results.flatMap((value) => new RegExp(`\\b${method}=(\\w+)`).exec(value)?.[1] ?? [])
    if (said.includes('pass')) return []
    const found = said.length > 0 ? `${method}=${said.join(', ')}` : `nothing about ${method}`
    return [{ place: `Authentication-Results of ${fqdn}`, found, allowed: `${method}=pass` }]
  })
}

/** The values of all Authentication-Results fields, unfolded. */
export function authenticationResults(headers: string): string[] {
  const unfolded = (headers.split(/\r?\n\r?\n/)[0] ?? '').replace(/\r?\n[ \t]+/g, ' ')
  return [...unfolded.matchAll(/^Authentication-Results:\s*(.*)$/gim)].map(([, value = '']) => value.trim())
}
