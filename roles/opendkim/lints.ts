import type { Problem } from '#orchestrate'
import { configLines } from '../lib/config-lines.ts'

/** OpenDKIM's tables as they are to be on one host. */
export interface SigningTexts {
  readonly keyTable?: string | undefined
  readonly signingTable?: string | undefined
  readonly trustedHosts?: string | undefined
  /** Whom the host may sign for, its own name included. */
  readonly domains: readonly string[]
}

/** What `opendkim -n` lets pass: keys of another domain, and tables that sign for everybody. */
export function signingProblems({ keyTable, signingTable, trustedHosts, domains }: SigningTexts): Problem[] {
  const signed = keyTable === undefined ? {} : { keyTable }
  return [
    ...(keyTable === undefined ? [] : keyTableProblems(keyTable)),
    ...(signingTable === undefined ? [] : signingTableProblems(signingTable, { ...signed, domains })),
    ...(trustedHosts === undefined ? [] : internalHostsProblems(trustedHosts)),
  ]
}

interface KeyRow {
  readonly key: string
  readonly domain: string
  readonly selector: string
  readonly path: string
  readonly place: string
}

/**
 * Rows of an OpenDKIM KeyTable whose three domains differ: key name, d= and the folder of the key. opendkim -n sees
 * none of it; receivers fetch another domain's key and the signature fails.
 */
export function keyTableProblems(text: string, file = 'KeyTable'): Problem[] {
  return rows(text, file).flatMap(({ key, domain, selector, path, place }) => {
    const [, keySelector, keyDomain] = /^(.+?)\._domainkey\.(.+)$/.exec(key) ?? []
    if (keyDomain === undefined) return [{ place, found: `key name ${key}`, allowed: 'SELECTOR._domainkey.DOMAIN' }]
    const found: Problem[] = []
    if (domain !== keyDomain)
      found.push({ place, found: `d=${domain}`, allowed: `d=${keyDomain}, as in the key's name` })
    if (selector !== keySelector)
      found.push({ place, found: `s=${selector}`, allowed: `s=${keySelector}, as in the key's name` })
    if (path.includes('/') && !path.split('/').includes(keyDomain)) {
      found.push({ place, found: `key file ${path}`, allowed: `a key of ${keyDomain}` })
    }
    return found
  })
}

/** Rows of a SigningTable that sign for everybody or name a key that the KeyTable lacks. */
export function signingTableProblems(
  text: string,
  options: { readonly keyTable?: string; readonly domains?: readonly string[]; readonly file?: string } = {},
): Problem[] {
  const { keyTable, domains, file = 'SigningTable' } = options
  const keys = keyTable === undefined ? undefined : rows(keyTable, '').map(({ key }) => key)
  return configLines(text).flatMap(({ line, text }) => {
    const [pattern = '', key = ''] = text.split(/\s+/)
    const place = `${file}:${line}`
    const domain = pattern.slice(pattern.indexOf('@') + 1)
    const found: Problem[] = []
    if (!pattern.includes('@') || domain === '*') {
      found.push({ place, found: `${pattern}: signs for everybody`, allowed: '*@DOMAIN of a hosted domain' })
    } else if (domains && !domains.includes(domain)) {
      found.push({ place, found: `signs for ${domain}`, allowed: domains.join(', ') })
    }
    if (keys && !keys.includes(key))
      found.push({ place, found: `key ${key}`, allowed: keys.join(', ') || 'a row of KeyTable' })
    return found
  })
}

/** Finds the whole world among the hosts whose mail is signed instead of verified. */
export function internalHostsProblems(text: string, file = 'TrustedHosts'): Problem[] {
  return configLines(text).flatMap(({ line, text }) => {
    if (!/^(0\.0\.0\.0\/0|::\/0|\*)$/.test(text) && !/\/0$/.test(text)) return []
    return [
      {
        place: `${file}:${line}`,
        found: `${text}: no incoming mail is verified`,
        allowed: '127.0.0.1, ::1 and your own relays',
      },
    ]
  })
}

function rows(text: string, file: string): KeyRow[] {
  return configLines(text).map(({ line, text }) => {
    const [key = '', ...rest] = text.split(/\s+/)
    const [domain = '', selector = '', ...path] = rest.join(' ').split(':')
    return { key, domain, selector, path: path.join(':'), place: `${file}:${line}` }
  })
}
