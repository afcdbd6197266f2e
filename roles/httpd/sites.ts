import type { Refuse } from '#orchestrate'
import type { Certificate, WebSite } from '../slots.ts'

/** A site with the certificate it shows. */
export interface ServedSite {
  readonly site: WebSite
  readonly certificate: Certificate
}

/** The sites to serve, the host's own first; if no role has one, unknown names get the host's certificate and an empty site. */
export function servedSites(
  asked: readonly WebSite[],
  shown: readonly Certificate[],
  fqdn: string,
  refuse: Refuse,
): ServedSite[] {
  if (asked.length === 0) return []
  const closed: WebSite = { label: 'closed', name: fqdn, template: 'httpd/closed.conf.ejs', locals: {} }
  const own = asked.filter(({ name }) => name === fqdn)
  const sites = [...(own.length > 0 ? own : [closed]), ...asked.filter(({ name }) => name !== fqdn)]
  return sites.flatMap((site) => {
    const fallback = site.name === fqdn ? shown.find(({ isDefault }) => isDefault) : undefined
    const certificate = shown.find(({ name }) => name === site.name) ?? fallback
    if (certificate) return [{ site, certificate }]
    refuse('playbook', `a web site for ${site.name} without a certificate`, 'a role that provides one, such as tls')
    return []
  })
}

/**
 * Path of a site's virtual host. Apache reads conf.d in alphabetical order and serves the first site to clients that name no
 * site or an unknown one: the host's own must come before the others.
 */
export function pathOf({ label, name }: WebSite, fqdn: string): string {
  return `/etc/httpd/conf.d/${name === fqdn ? '' : 'site-'}${label}.conf`
}
