import type { VarsOf } from '#orchestrate'
import type { mailVars } from '../vars/mail.ts'
import type { dkimVars } from '../vars/signing.ts'

/** The vars that name selectors: for all domains, and for a domain that has its own. */
export type SelectorVars = VarsOf<{ readonly dkim: typeof dkimVars; readonly mail: typeof mailVars }>

/** The DKIM selectors of one domain as declared. */
export interface DomainSelectors {
  /** The section of the vars that names them; domains of one section switch together. */
  readonly section: string
  readonly signs: string
  /** Those whose keys are kept beside it. */
  readonly kept: readonly string[]
}

/** The DKIM selectors of a domain: the one place that knows where they are declared. */
export function selectorsOf({ dkim, mail }: SelectorVars, domain: string): DomainSelectors {
  const own = mail.domains.find(({ name }) => name === domain)?.dkim
  const { selector, otherSelectors } = own ?? dkim
  const section = own ? `mail.domains[${domain}].dkim` : 'dkim'
  return { section, signs: selector, kept: [...new Set(otherSelectors)].filter((one) => one !== selector) }
}
