import type { Problem } from '../../kernel/errors.ts'
import { listWords, mainCf, masterCf } from './postfix-config.ts'

/** Block lists that have closed, and what became of them. A closed list may answer "listed" to everything. */
export const deadZones: ReadonlyMap<string, string> = new Map([
  ['cbl.abuseat.org', 'part of zen.spamhaus.org since 2021'],
  ['truncate.gbudb.net', 'answers unreliably'],
  ['dnsbl.sorbs.net', 'closed in 2024'],
  ['combined.njabl.org', 'closed in 2013'],
  ['relays.ordb.org', 'closed in 2006; it lists everyone'],
  ['dnsbl.ahbl.org', 'closed in 2015; it lists everyone'],
  ['bl.spamcannibal.org', 'closed in 2018; it listed everyone'],
])

/** What became of a block list that has closed, itself or the list it is a part of. */
export function closedBlockList(zone: string): string | undefined {
  const dead = [...deadZones.keys()].find((one) => zone === one || zone.endsWith(`.${one}`))
  return dead && deadZones.get(dead)
}

const listing = /^(reject_rbl(_client)?|reject_rhsbl_\w+)$/i

/** Closed block lists, and lists whose error codes (127.255.255.x: "query refused") would count as a listing: M20. */
export function blockListProblems(
  main: string,
  master = '',
  files = { main: 'main.cf', master: 'master.cf' },
): Problem[] {
  const options = masterCf(master, files.master).flatMap((service) => service.options)
  return [...mainCf(main, files.main), ...options].flatMap(({ name, value, place }) => {
    const words = listWords(value)
    const sites = name === 'postscreen_dnsbl_sites' ? words : words.filter((_, at) => listing.test(words[at - 1] ?? ''))
    return sites.flatMap((site) => siteProblems(site, `${place} ${name}`))
  })
}

function siteProblems(site: string, place: string): Problem[] {
  const zone = (site.split(/[=*]/)[0] ?? '').toLowerCase()
  const fate = closedBlockList(zone)
  if (fate) return [{ place, found: `block list ${zone} (${fate})`, allowed: 'a list that is still run' }]
  if (site.includes('=127.')) return []
  return [{ place, found: `${site} with any answer`, allowed: `${zone}=127.0.0.[2..11]: error codes must not block` }]
}
