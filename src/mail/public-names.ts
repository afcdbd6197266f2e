/** A name that a web site of ours answers to, beside the host's own. */
export interface PublicName {
  readonly name: string
  readonly domain: string
  readonly what: 'mta-sts' | 'autoconfig'
}

/** Options that make web sites for everybody. */
export interface PublicSites {
  readonly mtaSts: unknown
  readonly autoconfig: boolean
}

/** The names that policies (RFC 8461, 3.3) and settings of mail programs are looked for under. */
export function publicNames(domains: readonly string[], { mtaSts, autoconfig }: PublicSites): PublicName[] {
  return domains.flatMap((domain) => [
    ...(mtaSts === false ? [] : [{ name: `mta-sts.${domain}`, domain, what: 'mta-sts' } as const]),
    ...(autoconfig ? [{ name: `autoconfig.${domain}`, domain, what: 'autoconfig' } as const] : []),
  ])
}

/** The name that a domain's users connect to: the first client name inside the domain that is no web site's, else the host's own. */
export function userServer(domain: string, fqdn: string, clientNames: readonly string[]): string {
  const isSite = (name: string) => name === `mta-sts.${domain}` || name === `autoconfig.${domain}`
  return clientNames.find((name) => name.endsWith(`.${domain}`) && name !== fqdn && !isSite(name)) ?? fqdn
}
