import type { z } from 'zod'
import { nearest } from '../../kernel/near.ts'

/** What is allowed, in our words, wherever a schema does not say it itself; handed to `safeParse` as `error`. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected)
    case 'unrecognized_keys':
      return keysOf(issue.inst, issue.keys[0])
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'too_big':
      return limit(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'too_small':
      return limit(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'invalid_format':
      return formats[issue.format] ?? (issue.pattern ? `a string that matches ${issue.pattern}` : undefined)
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap(([first]) => (first ? [first.message] : [])))].join(' or ') || undefined
    default:
      return undefined
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  undefined: 'nothing',
}

const formats: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'a URL',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 network such as 192.0.2.0/24',
  cidrv6: 'an IPv6 network such as 2001:db8::/64',
}

function article(expected: string): string {
  return words[expected] ?? (/^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`)
}

function limit(origin: string, how: string, bound: number | bigint): string {
  const unit = { string: ' characters', array: ' entries', set: ' entries' }[origin] ?? ''
  return `${how} ${bound}${unit}`
}

function keysOf(schema: unknown, key = ''): string | undefined {
  const shape: unknown = typeof schema === 'object' && schema !== null && 'shape' in schema ? schema.shape : undefined
  if (typeof shape !== 'object' || shape === null) return undefined
  const names = Object.keys(shape)
  const near = nearest(key, names)
  return `${names.join(', ') || 'nothing'}${near ? `; did you mean ${near}?` : ''}`
}
