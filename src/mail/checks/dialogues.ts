import type { MailHost } from '../facts.ts'

/** One thing said to a server and the answer it must give. */
export interface Line {
  /** `STARTTLS` switches to TLS when the server agrees. */
  readonly say: string
  readonly want: RegExp
  /** The wanted answer in words. */
  readonly allowed: string
}

/** An SMTP conversation that must go one way: what a stranger tries and is refused. */
export interface Dialogue {
  readonly title: string
  readonly port: number
  readonly tls: boolean
  readonly lines: readonly Line[]
}

const ehlo = (name: string): Line => ({ say: `EHLO ${name}`, want: /^250/, allowed: '250' })
const noAuth = (name: string, when: string): Line => ({
  say: `EHLO ${name}`,
  want: /^250(?![\s\S]*\n250[- ]AUTH)/,
  allowed: `no AUTH offered ${when} (M12)`,
})
const startTls: Line = { say: 'STARTTLS', want: /^220/, allowed: '220: TLS is offered' }

/** What strangers must not be able to do on this host; `stranger` is a domain that is not ours. */
export function dialogues(host: MailHost, stranger: string): Dialogue[] {
  if (!host.roles.has('postfix')) return []
  const me = `verify.${stranger}`
  const from = `MAIL FROM:<verify@${host.mail.primaryDomain}>`
  const relay: Line = {
    say: `RCPT TO:<nobody@${stranger}>`,
    want: /^5\d\d 5\.7\.1 /,
    allowed: '554 5.7.1 Relay access denied',
  }
  const unknown = `no-such-user-${stranger.length}@${host.mail.primaryDomain}`
  return [
    {
      title: 'port 25 takes no passwords',
      port: 25,
      tls: false,
      lines: [noAuth(me, 'in the clear'), startTls, noAuth(me, 'on port 25')],
    },
    { title: 'port 25 relays nothing', port: 25, tls: false, lines: [ehlo(me), { ...ok('MAIL FROM:<>') }, relay] },
    {
      title: 'port 25 refuses unknown recipients while the sender waits',
      port: 25,
      tls: false,
      lines: [ehlo(me), ok('MAIL FROM:<>'), { say: `RCPT TO:<${unknown}>`, want: /^5\d\d /, allowed: '550 5.1.1' }],
    },
    ...host.submission.ports.map((port): Dialogue => submissionDialogue(port, me, from)),
  ]
}

function submissionDialogue(port: number, me: string, from: string): Dialogue {
  const refused: Line = { say: from, want: /^530 5\.7\.0 /, allowed: '530 5.7.0 Must issue a STARTTLS command first' }
  if (port !== 465) {
    return { title: `port ${port} wants TLS first`, port, tls: false, lines: [noAuth(me, 'before STARTTLS'), refused] }
  }
  const rcpt: Line = { say: 'RCPT TO:<nobody@example.com>', want: /^5\d\d /, allowed: '554 5.7.1, login first' }
  return {
    title: 'port 465 takes no mail without a login',
    port,
    tls: true,
    lines: [ehlo(me), { say: from, want: /^[25]/, allowed: '250 or 5xx' }, rcpt],
  }
}

function ok(say: string): Line {
  return { say, want: /^250/, allowed: '250' }
}
