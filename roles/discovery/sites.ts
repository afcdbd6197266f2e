import type { Refuse } from '#orchestrate'
import type { WebSite } from '../slots.ts'

/** A name that a web site answers to, beside the host's own. */
export interface PublicName {
  readonly name: string
  readonly domain: string
  readonly what: 'mta-sts' | 'autoconfig'
}

/** The names that policies (RFC 8461, 3.3) and settings of mail programs are looked for under. */
export function publicNames(
  domains: readonly string[],
  { mtaSts, autoconfig }: { readonly mtaSts: unknown; readonly autoconfig: boolean },
): PublicName[] {
  return domains.flatMap((domain) => [
    ...(mtaSts === false ? [] : [{ name: `mta-sts.${domain}`, domain, what: 'mta-sts' } as const]),
    ...(autoconfig ? [{ name: `autoconfig.${domain}`, domain, what: 'autoconfig' } as const] : []),
  ])
}

/** Directory of everything that is served, with one folder per name. */
export const root = '/var/www/discovery'

/** The single page of each kind of site, at the path that RFC 8461 (3.2) and Thunderbird define. */
const pages = {
  'mta-sts': { folder: '.well-known', file: 'mta-sts.txt', type: 'text/plain', option: 'extras.mtaSts' },
  autoconfig: { folder: 'mail', file: 'config-v1.1.xml', type: 'text/xml', option: 'extras.autoconfig' },
} as const

/** Folder and path of a site's page on the host. */
export function pageOf({ name, what }: PublicName): { readonly folder: string; readonly path: string } {
  const folder = `${root}/${name}/${pages[what].folder}`
  return { folder, path: `${folder}/${pages[what].file}` }
}

/** The path that a site's page is fetched under, and what a record of its name is for. */
export function addressOf({ what }: PublicName): { readonly path: string; readonly why: string } {
  const path = `/${pages[what].folder}/${pages[what].file}`
  const why = what === 'mta-sts' ? 'the MTA-STS policy is fetched here' : 'mail programs fetch their settings here'
  return { path, why }
}

/** The site as the web server takes it. */
export function siteOf(site: PublicName): WebSite {
  const { name, what } = site
  const { type } = pages[what]
  const locals = { root: `${root}/${name}`, type }
  return { label: name, name, template: 'discovery/site.conf.ejs', locals, health: addressOf(site).path }
}

/** The names that certificates are made for. */
export function namesOf(fqdn: string, clientNames: readonly { readonly name: string }[]): string[] {
  return [...new Set([fqdn, ...clientNames.map(({ name }) => name)])]
}

/** Refuses sites without a certificate for their name: they could not be opened over HTTPS. */
export function checkSites(sites: readonly PublicName[], certified: readonly string[], refuse: Refuse): void {
  for (const { name, what } of sites.filter((one) => !certified.includes(one.name)))
    refuse(pages[what].option, `no certificate for ${name}`, `${name} in tls.clientNames`)
}
