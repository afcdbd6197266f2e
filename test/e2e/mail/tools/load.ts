import { on, places, put, tried } from '../world/index.ts'
import type { Login } from './stored.ts'

const { a, b, c, x } = places

/** What happened to one message: the server's word for it, or that the connection broke before there was one. */
interface Attempt {
  readonly id: string
  readonly end: 'accepted' | 'refused' | 'unknown'
  readonly to: string
}

/** Where the messages to a recipient of sv1 must be found, each once: a folder of a mailbox here, or a domain's mailbox at gmail. */
const destinations: Readonly<Record<string, readonly string[]>> = {
  'bob@red.example': ['bob'],
  'conagi@blue.example': ['conagi/.Filed'],
  'team@blue.example': ['conagi/.Filed', 'bob'],
  'fwd@blue.example': ['gmail.example'],
  'user@gmail.example': ['gmail.example'],
}

/** What one load run is. */
export interface Load {
  /** Part of every Message-ID, and what sizes and recipients are drawn from. */
  readonly seed: number
  readonly messages: number
  readonly sessions: number
  /** Seconds between two messages of a session, which then goes on until `stop`. */
  readonly pause?: number
  readonly login: Login
}

const stopFile = '/root/load.stop'

const results = (host: string) => `/root/load.${host}`

/** Sends from outside on port 25 and as a user on 587, half of the sessions each; a message that is not accepted is made anew. */
export async function send({ seed, messages, sessions, pause = 0, login }: Load): Promise<void> {
  const each = Math.ceil(messages / sessions)
  const half = Math.ceil(sessions / 2)
  for (const { name } of [a, x]) {
    await put(name, '/root/load.py', generator)
    await on(name, `rm -f ${stopFile}`)
  }
  await Promise.all([
    on(a.name, `python3 /root/load.py ${b.ip} 25 ${seed} ${half} ${each} ${pause} >${results(a.name)}`),
    on(
      x.name,
      `python3 /root/load.py ${b.ip} 587 ${seed + 1} ${sessions - half} ${each} ${pause} '${login.user}' >${results(x.name)}`,
      login.password,
    ),
  ])
}

/** Ends a load that has a pause. */
export async function stop(): Promise<void> {
  await Promise.all([a, x].map(({ name }) => on(name, `touch ${stopFile}`)))
}

/** What has been tried so far. */
export async function attempts(): Promise<Attempt[]> {
  const texts = await Promise.all([a, x].map(({ name }) => tried(name, `cat ${results(name)}`)))
  const lines = texts.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.split(' ').length === 3)
  return lines.map((line) => {
    const [end, id = '', to = ''] = line.split(' ')
    return { end: end as Attempt['end'], id, to }
  })
}

/** Messages that wait on sv1 or at gmail; both queues are asked to try again at once. */
export async function queued(): Promise<number> {
  const counts = await Promise.all([b, c].map(({ name }) => on(name, 'postqueue -f; postqueue -j | wc -l')))
  return counts.map(Number).reduce((sum, count) => sum + count, 0)
}

/** What went wrong: messages that were accepted and are missing, and any that are somewhere twice or where they do not belong. */
export async function wrongs(all: readonly Attempt[], seeds: readonly number[]): Promise<string[]> {
  const found = await copies(seeds)
  return all.flatMap(({ id, end, to }) => {
    const wanted = [...(destinations[to] ?? [])].sort()
    const there = (found.get(id) ?? []).sort()
    // Where the connection broke, nobody knows whether the server had taken it (RFC 1047): at most once is right.
    const allowed = end === 'accepted' ? [wanted] : end === 'refused' ? [[]] : [[], wanted]
    const isRight = allowed.some((places) => places.join() === there.join())
    return isRight ? [] : [`${end} ${id} to ${to}: in ${there.join(', ') || 'no mailbox'}`]
  })
}

/** The places of every message of these runs, by Message-ID. */
async function copies(seeds: readonly number[]): Promise<Map<string, string[]>> {
  const ids = seeds.map((seed) => `-e '^Message-ID: <load-${seed}-'`).join(' ')
  const list = (folder: string) =>
    `find ${folder} -type f '(' -path '*/new/*' -o -path '*/cur/*' ')' -print0 | xargs -0 -r grep -im1 ${ids} /dev/null || true`
  const [here, away] = await Promise.all([
    on(b.name, list('/home/mailuser/red.example/bob/Maildir /home/mailuser/blue.example/conagi/Maildir')),
    on(c.name, list('/var/mailsink/gmail.example')),
  ])
  const found = new Map<string, string[]>()
  for (const line of `${here}\n${away}`.split('\n')) {
    const [, path = '', id = ''] = /^(\S+):Message-ID: (<\S+>)$/i.exec(line) ?? []
    if (id === '') continue
    const place = path.includes('/var/mailsink/')
      ? 'gmail.example'
      : path.replace(/^\/home\/mailuser\/[^/]+\/([^/]+)\/Maildir(\/\.[^/]+)?\/(new|cur)\/.*$/, '$1$2')
    found.set(id, [...(found.get(id) ?? []), place])
  }
  return found
}

// One line a message: how it ended, its id, its recipient. Sessions come back after a connection that broke.
const generator = `import os, random, smtplib, ssl, sys, threading, time
server, port, seed, sessions, each = sys.argv[1], *map(int, sys.argv[2:6])
pause = float(sys.argv[6])
user = sys.argv[7] if len(sys.argv) > 7 else None
password = sys.stdin.read().strip() if user else None
inbound = ['bob@red.example', 'conagi@blue.example', 'team@blue.example', 'fwd@blue.example']
submitted = ['bob@red.example', 'team@blue.example', 'user@gmail.example']
lock = threading.Lock()
def connect():
    session = smtplib.SMTP(server, port, timeout=60)
    if user:
        context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
        session.starttls(context=context)
        session.login(user, password)
    return session
def run(number):
    dice, session, accepted, serial = random.Random(seed * 1000 + number), None, 0, 0
    end = time.time() + 500
    while (accepted < each or pause and not os.path.exists('/root/load.stop')) and time.time() < end:
        time.sleep(pause)
        serial += 1
        sender, to = user or 'x@nodkim.example', dice.choice(submitted if user else inbound)
        name = '<load-%d-%d-%d@%s>' % (seed, number, serial, sender.split('@')[1])
        body = ('x' * 70 + '\\r\\n') * (dice.randint(4, 50) * 1024 // 72)
        text = 'Date: Tue, 24 Nov 2026 12:00:00 +0000\\r\\nFrom: %s\\r\\nTo: %s\\r\\nSubject: load\\r\\nMessage-ID: %s\\r\\n\\r\\n%s' % (sender, to, name, body)
        how = 'refused'
        try:
            session = session or connect()
            how = 'unknown'
            session.sendmail(sender, [to], text)
            how, accepted = 'accepted', accepted + 1
        except smtplib.SMTPServerDisconnected:
            session = None
        except smtplib.SMTPResponseException:
            how = 'refused'
        except smtplib.SMTPRecipientsRefused:
            how = 'refused'
        except OSError:
            session = None
        if how != 'accepted':
            time.sleep(0.2)
        with lock:
            print(how, name, to, flush=True)
threads = [threading.Thread(target=run, args=(number,)) for number in range(sessions)]
for thread in threads: thread.start()
for thread in threads: thread.join()
`
