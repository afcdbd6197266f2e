import type { OpenPort } from '../slots.ts'

/** What firewalld calls the services of mail, and where clients reach them. */
const numbers: Readonly<Record<string, number>> = {
  smtp: 25,
  pop3: 110,
  imap: 143,
  smtps: 465,
  'smtp-submission': 587,
  imaps: 993,
  pop3s: 995,
  managesieve: 4190,
}

/** The ports that a banned address is kept from: those of mail that the other roles open. */
export function mailPorts(opened: readonly OpenPort[]): number[] {
  const found = opened.flatMap(({ service }) => numbers[service ?? ''] ?? [])
  return [...new Set(found)].sort((a, b) => a - b)
}

/** A jail: which lines of the journal count as failures. */
interface Jail {
  readonly name: string
  readonly filter: string
}

/** The jails of what is served. The filter that ships as `sieve` knows Cyrus only, hence one of ours. */
export function jailsOf({ managesieve }: { readonly managesieve: boolean }): Jail[] {
  return [
    // Without `exre-user` of the filter: five stale addresses in ten minutes would ban a mail server.
    { name: 'postfix', filter: 'postfix[mode=more, exre-user=]' },
    { name: 'postfix-sasl', filter: 'postfix[mode=auth]' },
    { name: 'dovecot', filter: 'dovecot' },
    ...(managesieve ? [{ name: 'sieve', filter: 'dovecot-managesieve' }] : []),
  ]
}
