import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** A fully qualified domain name in lower case. */
export const fqdn = z
  .string()
  .regex(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'a fully qualified domain name in lower case, such as mail.blue.example',
  )
  .meta({ examples: ['blue.example'] })

/** A DKIM or ARC selector: one DNS label. */
export const selector = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'a DNS label')

/** A mail address in lower case whose domain is fully qualified. */
export const address = z
  .string()
  .regex(
    /^[a-z0-9._+-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
    'a mail address in lower case',
  )
  .meta({ examples: ['user@blue.example'] })

/**
 * An IPv4 or IPv6 network in CIDR form, written by its first address, and IPv6 as RFC 5952 says: Postfix refuses others and
 * then rejects all mail (cidr_table(5)), and the mail filters look a client up as text, bit by bit (dkimf_checkip in OpenDKIM's
 * util.c).
 */
export const network = z
  .union([z.cidrv4(), z.cidrv6()], { error: 'a network such as 192.0.2.0/24 or 2001:db8::/32' })
  .superRefine((text, context) => {
    const [address = '', bits] = text.split('/')
    const kind = address.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4
    const usual = `${kind.networkAddressFromCIDR(text)}/${bits}`
    if (usual === text) return
    const single = `${kind.parse(address)}/${kind === ipaddr.IPv6 ? 128 : 32}`
    const isSpelling = usual === `${kind.parse(address)}/${bits}`
    context.addIssue({ code: 'custom', message: isSpelling ? usual : `${usual}, or ${single} for one address` })
  })

/** A network that is no wider than an organization: one that holds half the world lets everybody in, or nobody. */
export const boundedNetwork = network.refine(
  (text) => Number(text.split('/')[1]) >= (text.includes(':') ? 19 : 8),
  'a network of your own, at most as wide as 10.0.0.0/8 or an IPv6 /19',
)

/** Refuses duplicate entries, each with its path; `property` is the key of an entry. */
export function once<Entry>(what: string, property?: keyof Entry & string) {
  const keyOf = (entry: Entry): unknown => (property === undefined ? entry : entry[property])
  return (list: readonly Entry[], context: z.core.$RefinementCtx): void => {
    const keys = list.map(keyOf)
    keys.forEach((key, index) => {
      if (keys.indexOf(key) === index) return
      const path = property === undefined ? [index] : [index, property]
      context.addIssue({ code: 'custom', path, message: `every ${what} once` })
    })
  }
}
