import { randomBytes } from 'node:crypto'
import { tried } from '../world/host.ts'

/** What a mail program tried and what was said. */
export interface Sent {
  /** Message-ID, to find the message again. */
  readonly id: string
  readonly code: number
  /** The whole conversation. */
  readonly said: string
}

/** What swaks is asked to send, beside what every message has. */
export interface Sending {
  /** Host it runs on. */
  readonly on: string
  readonly server: string
  readonly port?: number
  readonly from: string
  readonly to: string
  /** From field; default the envelope's sender. */
  readonly author?: string
  readonly login?: { readonly user: string; readonly password: string }
  readonly options?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** A message as text with a fresh Message-ID. */
export function message({
  from,
  to,
  author = from,
  headers = [],
  body = 'A short text.',
}: Omit<Sending, 'on' | 'server'>): {
  id: string
  text: string
} {
  const id = `<${randomBytes(8).toString('hex')}@${author.split('@')[1]}>`
  const date = new Date().toUTCString().replace('GMT', '+0000')
  const fields = [
    ...headers,
    `Date: ${date}`,
    `From: ${author}`,
    `To: ${to}`,
    `Subject: test ${id.slice(1, 9)}`,
    `Message-ID: ${id}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ]
  return { id, text: `${fields.join('\n')}\n\n${body}\n` }
}

/** Sends with swaks from a lab host, without TLS and without a login. */
export async function swaks(sending: Sending, text?: string): Promise<Sent> {
  const { on: host, server, port = 25, from, to, options = '' } = sending
  const made = message(sending)
  const command = `swaks --server ${server} --port ${port} --from '${from}' --to '${to}' ${options} --data -`
  const { code, stdout, stderr } = await tried(host, command, text ?? made.text)
  return { id: made.id, code, said: `${stdout}\n${stderr}` }
}

/** Logs in and sends with curl: TLS at once on 465, STARTTLS demanded elsewhere. The conversation has `> ` and `< `. */
export async function submit(sending: Sending & { readonly login: NonNullable<Sending['login']> }): Promise<Sent> {
  const { on: host, server, port = 587, from, to, login } = sending
  const made = message(sending)
  const url = `${port === 465 ? 'smtps' : 'smtp'}://${server}:${port}/client.example`
  const who = `--user '${login.user}:${login.password}' --login-options AUTH=PLAIN --mail-from '${from}' --mail-rcpt '${to}'`
  const command = `curl -sS -v -k --ssl-reqd --crlf --max-time 30 --url '${url}' ${who} --upload-file -`
  const { code, stdout, stderr } = await tried(host, command, made.text)
  return { id: made.id, code, said: `${stdout}\n${stderr}` }
}

/** Sends with Python's smtplib, which announces the size as mail servers do and swaks does not. */
export async function announced({ on: host, server, from, to, ...rest }: Sending): Promise<Sent> {
  const made = message({ from, to, ...rest })
  const program = `import smtplib, sys
server = smtplib.SMTP(sys.argv[1])
server.set_debuglevel(1)
server.sendmail(sys.argv[2], [sys.argv[3]], sys.stdin.buffer.read())`
  const { code, stdout, stderr } = await tried(host, `python3 -c '${program}' ${server} '${from}' '${to}'`, made.text)
  return { id: made.id, code, said: `${stdout}\n${stderr}` }
}

/** Sends with the host's own sendmail command. */
export async function sendmail(sending: Omit<Sending, 'server'>): Promise<Sent> {
  const made = message(sending)
  const { code, stdout, stderr } = await tried(
    sending.on,
    `/usr/sbin/sendmail -f '${sending.from}' '${sending.to}'`,
    made.text,
  )
  return { id: made.id, code, said: `${stdout}\n${stderr}` }
}
