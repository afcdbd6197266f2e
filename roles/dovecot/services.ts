import type { Endpoint } from '#orchestrate'
import type { Vars } from './vars.ts'

/** A service that mail programs look for, and whether it is offered here. */
interface ClientService {
  readonly offered: boolean
  readonly endpoint: Endpoint
}

/** Everything that Dovecot can serve to users. */
export function clientServices({
  imap,
  pop3,
  managesieve,
}: Pick<Vars, 'imap' | 'pop3' | 'managesieve'>): ClientService[] {
  const common = { exposure: 'world', bans: true } as const
  return [
    {
      offered: true,
      endpoint: {
        ...common,
        port: 993,
        name: 'imaps',
        purpose: 'IMAP over TLS',
        firewalldService: 'imaps',
        tls: { start: 'immediate', names: 'clients' },
      },
    },
    {
      offered: imap.plainListeners,
      endpoint: {
        ...common,
        port: 143,
        name: 'imap',
        purpose: 'IMAP',
        firewalldService: 'imap',
        tls: { start: 'imap', names: 'clients' },
      },
    },
    {
      offered: pop3.enabled,
      endpoint: {
        ...common,
        port: 995,
        name: 'pop3s',
        purpose: 'POP3 over TLS',
        firewalldService: 'pop3s',
        tls: { start: 'immediate', names: 'clients' },
      },
    },
    {
      offered: pop3.enabled && pop3.plainListeners,
      endpoint: {
        ...common,
        port: 110,
        name: 'pop3',
        purpose: 'POP3',
        firewalldService: 'pop3',
        tls: { start: 'pop3', names: 'clients' },
      },
    },
    {
      offered: managesieve.public,
      endpoint: {
        ...common,
        port: 4190,
        name: 'sieve',
        purpose: 'ManageSieve',
        firewalldService: 'managesieve',
        tls: { start: 'sieve', names: 'clients' },
      },
    },
  ]
}
