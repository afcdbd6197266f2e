import type { Endpoint } from '#orchestrate'

/** A jail: which lines of the journal count as failures. */
interface Jail {
  readonly name: string
  readonly filter: string
}

/** The jails of the services. The packaged filter `sieve` knows Cyrus only, so this role has its own. */
export function jailsOf(guarded: readonly Endpoint[]): Jail[] {
  return [
    // Without `exre-user` of the filter: five stale addresses in ten minutes would ban a mail server.
    { name: 'postfix', filter: 'postfix[mode=more, exre-user=]' },
    { name: 'postfix-sasl', filter: 'postfix[mode=auth]' },
    { name: 'dovecot', filter: 'dovecot' },
    ...(guarded.some(({ name }) => name === 'sieve') ? [{ name: 'sieve', filter: 'dovecot-managesieve' }] : []),
  ]
}
