/** The vars that name selectors. */
export interface SelectorVars {
  readonly dkim: { readonly selector: string; readonly otherSelectors: readonly string[] }
}

/** The selectors of one domain as declared. */
export interface DomainSelectors {
  /** The section of the vars that names them; domains of one section switch together. */
  readonly section: string
  readonly signs: string
  /** Those whose keys are kept beside it. */
  readonly kept: readonly string[]
}

/** The selectors of a domain: the one place that knows where they are declared. */
export function selectorsOf({ dkim }: SelectorVars, _domain: string): DomainSelectors {
  const kept = dkim.otherSelectors.filter((one) => one !== dkim.selector)
  return { section: 'dkim', signs: dkim.selector, kept: [...new Set(kept)] }
}
