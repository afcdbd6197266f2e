import { authenticationResults } from '../../../../roles/postfix/verdict.ts'
import { on, tried, until } from '../world/host.ts'

/** A message as it lies in a mailbox. */
export class Stored {
  readonly raw: string

  constructor(raw: string) {
    this.raw = raw
  }

  /** The values of a header field, unfolded, top to bottom. */
  field(name: string): string[] {
    const head = (this.raw.split(/\r?\n\r?\n/)[0] ?? '').replace(/\r?\n[ \t]+/g, ' ')
    return [...head.matchAll(new RegExp(`^${name}:\\s*(.*)$`, 'gim'))].map(([, value = '']) => value.trim())
  }

  /** All Authentication-Results of one host, joined. */
  results(authserv: string): string {
    return authenticationResults(this.raw)
      .filter((value) => value.startsWith(`${authserv};`))
      .join('\n')
  }

  /** Domains that signed it. */
  signers(): string[] {
    return this.field('DKIM-Signature').map((value) => /\bd=([^;\s]+)/.exec(value)?.[1] ?? '')
  }
}

/** Waits until a message with this id (or of this text) lies in the Maildir of a domain on a host that is not managed. */
export async function inSink(host: string, domain: string, text: string, seconds = 30): Promise<Stored> {
  return until(`${text} in the mailbox of ${domain} on ${host}`, () => lookInSink(host, domain, text), seconds)
}

/** How many such messages lie there. */
export async function countInSink(host: string, domain: string, text: string): Promise<number> {
  const { stdout } = await tried(
    host,
    `grep -rlF -- '${text}' /var/mailsink/${domain}/new /var/mailsink/${domain}/cur 2>/dev/null | wc -l`,
  )
  return Number(stdout)
}

async function lookInSink(host: string, domain: string, text: string): Promise<Stored | undefined> {
  const { stdout } = await tried(
    host,
    `file=$(grep -rlF -- '${text}' /var/mailsink/${domain}/new 2>/dev/null | head -n 1); test -n "$file" && cat "$file"`,
  )
  return stdout === '' ? undefined : new Stored(stdout)
}

/** An account at a managed server. */
export interface Login {
  readonly server: string
  readonly user: string
  readonly password: string
}

/** Waits until the message lies in an INBOX and reads it with curl over IMAPS. */
export async function inInbox(login: Login, id: string, from: string, seconds = 30): Promise<Stored> {
  return until(
    `${id} in the INBOX of ${login.user}`,
    async () => (await fetchMail(login, id, from)) ?? undefined,
    seconds,
  )
}

/** Reads a message by its Message-ID with curl, on a lab host; `undefined` if it is not there. */
export async function fetchMail(login: Login, id: string, from: string, folder = 'INBOX'): Promise<Stored | undefined> {
  const found = await curl(login, from, `/${folder}`, `-X 'UID SEARCH HEADER Message-ID "${id}"'`)
  const uid = /SEARCH\s+(\d+)/.exec(found)?.[1]
  if (uid === undefined) return undefined
  return new Stored(await curl(login, from, `/${folder};UID=${uid}`))
}

/** One request of curl to the server's IMAPS port; the certificate is looked at elsewhere. */
export async function curl(
  { server, user, password }: Login,
  from: string,
  path: string,
  options = '',
): Promise<string> {
  return on(from, `curl -sS -k --max-time 20 --user '${user}:${password}' ${options} 'imaps://${server}${path}'`)
}
