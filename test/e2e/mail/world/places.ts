import type { LabHost } from '../../../lab/index.ts'

/** The hosts of the story: two managed servers, a sender, "Gmail", somebody nobody knows, and the DNS they all ask. */
export const places = {
  b: { name: 'sv1', fqdn: 'sv1.blue.example', ip: '10.89.7.71' },
  b2: { name: 'sv2', fqdn: 'sv2.green.example', ip: '10.89.7.72' },
  a: { name: 'sender', fqdn: 'mx.sender.example', ip: '10.89.7.61' },
  c: { name: 'gmail', fqdn: 'mx.gmail.example', ip: '10.89.7.62' },
  x: { name: 'attacker', fqdn: 'attacker.nowhere.example', ip: '10.89.7.63' },
  dns: { name: 'dns', fqdn: 'ns.example', ip: '10.89.7.53' },
} satisfies Record<string, LabHost>

/** The zones that the DNS host is the authority of. */
export const forwardZone = 'example'
export const reverseZone = '7.89.10.in-addr.arpa'

/** The fake block lists: one lists X, the other answers everything with "query refused". */
export const blockList = 'rbl.example'
export const refusingList = 'refusing.example'
