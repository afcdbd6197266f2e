import type { PublicName, Refuse } from '#orchestrate'
import type { WebSite } from '../slots.ts'

/** Where everything served lies: a folder a name. */
export const root = '/var/www/discovery'

/** The one page of each sort of site, as RFC 8461 (3.2) and Thunderbird spell it. */
const pages = {
  'mta-sts': { folder: '.well-known', file: 'mta-sts.txt', type: 'text/plain', option: 'extras.mtaSts' },
  autoconfig: { folder: 'mail', file: 'config-v1.1.xml', type: 'text/xml', option: 'extras.autoconfig' },
} as const

/** Folder and path of a site's page on the host. */
export function pageOf({ name, what }: PublicName): { readonly folder: string; readonly path: string } {
  const folder = `${root}/${name}/${pages[what].folder}`
  return { folder, path: `${folder}/${pages[what].file}` }
}

/** The site as the web server takes it. */
export function siteOf({ name, what }: PublicName): WebSite {
  const { folder, file, type } = pages[what]
  const locals = { root: `${root}/${name}`, type }
  return { label: name, name, template: 'discovery/site.conf.ejs', locals, health: `/${folder}/${file}` }
}

/** The names that certificates are made for. */
export function namesOf(fqdn: string, clientNames: readonly { readonly name: string }[]): string[] {
  return [...new Set([fqdn, ...clientNames.map(({ name }) => name)])]
}

/** Refuses sites that nobody could open: over HTTPS each wants a certificate of its own. */
export function checkSites(sites: readonly PublicName[], certified: readonly string[], refuse: Refuse): void {
  for (const { name, what } of sites.filter((one) => !certified.includes(one.name)))
    refuse(pages[what].option, `no certificate for ${name}`, `${name} in tls.clientNames`)
}
