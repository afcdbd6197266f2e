import { type DialogueLine, type LiveCheck, type Problem, sh } from '#orchestrate'

/** A domain of nobody (RFC 2606), for mail that must be refused. */
const stranger = 'relay-test.example.com'
const me = `verify.${stranger}`

const ehlo: DialogueLine = { say: `EHLO ${me}`, want: /^250/, allowed: '250' }
const nullSender: DialogueLine = { say: 'MAIL FROM:<>', want: /^250/, allowed: '250' }
const startTls: DialogueLine = { say: 'STARTTLS', want: /^220/, allowed: '220: TLS is offered' }

function noAuth(when: string): DialogueLine {
  return { say: `EHLO ${me}`, want: /^250(?![\s\S]*\n250[- ]AUTH)/, allowed: `no AUTH offered ${when}` }
}

/** What strangers must not be able to do, and a queue in which no mail waits. */
export function strangerChecks(domain: string, ports: readonly number[]): LiveCheck[] {
  const relay = {
    say: `RCPT TO:<nobody@${stranger}>`,
    want: /^5\d\d 5\.7\.1 /,
    allowed: '554 5.7.1 Relay access denied',
  }
  const unknown = { say: `RCPT TO:<no-such-user-${stranger.length}@${domain}>`, want: /^5\d\d /, allowed: '550 5.1.1' }
  return [
    dialogue('port 25 takes no passwords', 25, false, [noAuth('in the clear'), startTls, noAuth('on port 25')]),
    dialogue('port 25 relays nothing', 25, false, [ehlo, nullSender, relay]),
    dialogue('port 25 refuses unknown recipients while the sender waits', 25, false, [ehlo, nullSender, unknown]),
    ...ports.map((port) => submission(port, `MAIL FROM:<verify@${domain}>`)),
    queueCheck,
  ]
}

function submission(port: number, from: string): LiveCheck {
  if (port !== 465) {
    const refused = { say: from, want: /^530 5\.7\.0 /, allowed: '530 5.7.0 Must issue a STARTTLS command first' }
    return dialogue(`port ${port} wants TLS first`, port, false, [noAuth('before STARTTLS'), refused])
  }
  const sender = { say: from, want: /^[25]/, allowed: '250 or 5xx' }
  const recipient = { say: 'RCPT TO:<nobody@example.com>', want: /^5\d\d /, allowed: '554 5.7.1, login first' }
  return dialogue('port 465 takes no mail without a login', port, true, [ehlo, sender, recipient])
}

function dialogue(title: string, port: number, tls: boolean, lines: readonly DialogueLine[]): LiveCheck {
  return { subject: 'smtp', title, run: ({ converse }) => converse({ port, tls, lines }) }
}

const queueCheck: LiveCheck = {
  subject: 'queue',
  title: 'the mail queue is empty',
  script: sh`cd /var/spool/postfix && find incoming active deferred hold maildrop corrupt -type f 2>/dev/null`,
  judge: (output) => queueProblems(output.split('\n').filter(Boolean)),
}

/** Mail that waits; `files` are queue files such as `deferred/A/ABC`. */
export function queueProblems(files: readonly string[]): Problem[] {
  const byQueue = Map.groupBy(files, (file) => file.split('/')[0] ?? '')
  return [...byQueue].map(([name, all]) => ({
    place: `queue ${name}`,
    found: `${all.length} message${all.length === 1 ? '' : 's'}`,
    allowed: 'empty: see postqueue -p',
  }))
}
