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
