import type { Endpoint } from '#orchestrate'

/** A jail: which lines of the journal count as failures. */
interface Jail {
  readonly name: string
  readonly filter: string
}

/** The jails of what is served. The filter that ships as `sieve` knows Cyrus only, hence one of ours. */
export function jailsOf(guarded: readonly Endpoint[]): Jail[] {
  return [
    { name: 'postfix', filter: 'postfix[mode=more]' },
    { name: 'postfix-sasl', filter: 'postfix[mode=auth]' },
    { name: 'dovecot', filter: 'dovecot' },
    ...(guarded.some(({ name }) => name === 'sieve') ? [{ name: 'sieve', filter: 'dovecot-managesieve' }] : []),
  ]
}
