import type { Certificate, WebSite } from '../slots.ts'

/** The names of the domains that are in use. */
export function activeDomains({
  domains,
}: {
  readonly domains: readonly { readonly name: string; readonly active: boolean }[]
}): string[] {
  return domains.filter(({ active }) => active).map(({ name }) => name)
}

/**
 * The name that users of a domain connect to: the first certificate's inside the domain that is no web site's, else the
 * host's own. The names of MTA-STS and autoconfig belong to web sites even while those are off.
 */
export function userServer(domain: string, certificates: readonly Certificate[], sites: readonly WebSite[]): string {
  const reserved = [`mta-sts.${domain}`, `autoconfig.${domain}`, ...sites.map((site) => site.name)]
  const own = certificates.find(({ isDefault }) => isDefault)?.name ?? domain
  const names = certificates.map(({ name }) => name)
  return names.find((name) => name.endsWith(`.${domain}`) && name !== own && !reserved.includes(name)) ?? own
}
