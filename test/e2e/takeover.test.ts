import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { serveZone } from './support/dns.ts'
import { onHost, until } from './support/hosts.ts'
import { differencesOf, orchestrate, reported, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/takeover.ts'
const host = 'mx6'
// With ORCHESTRATE_E2E_KEEP set (and ORCHESTRATE_IDENTITY), host and secrets of the last run are used again.
const keep = Boolean(process.env['ORCHESTRATE_E2E_KEEP'])
let secrets: Awaited<ReturnType<typeof ownSecrets>> | undefined
let before: Awaited<ReturnType<typeof kept>>

/** What fixtures/article/people.sh gave to people: the password they know, and how it was stored. */
const people = [
  { address: 'admin@blue.example', password: 'Admin-Old-11', stored: /^\{CRAM-MD5\}/ },
  { address: 'conagi@blue.example', password: 'Conagi-Old-22', stored: /^\{CRAM-MD5\}/ },
  { address: 'bob@red.example', password: 'Bob-Old-33', stored: /^\{CRAM-MD5\}/ },
  { address: 'sam@red.example', password: 'Sam-Old-44', stored: /^[0-9a-f]{64}$/ },
  { address: 'meg@green.example', password: 'Meg-Old-66', stored: /^\$1\$/ },
  { address: 'eve@green.example', password: 'Eve-Old-55', stored: /^\{BLF-CRYPT\}/ },
] as const

beforeAll(async () => {
  await lab.requireLab()
  await lab.up({ hosts: [lab.standardHost(6)] })
  if (!keep) {
    secrets = await ownSecrets(inventory)
    await lab.recreate(host)
    await buildByHand()
  }
  // The operator knows the postmaster's password; it stays what it was.
  const { code } = await start(['secrets', 'set', inventory, 'mail/admin_blue.example'], { input: 'Admin-Old-11' })
    .ended
  expect(code).toBe(0)
  for (const { address } of people.slice(1)) await until(host, `[ -n "$(ls ${inbox(address)})" ]`)
  before = await kept()
})
afterAll(() => secrets?.drop())

/** The server as somebody made it who followed the article, its mistakes included. */
async function buildByHand(): Promise<void> {
  const scripts = execFileSync('tar', ['-C', 'test/e2e/fixtures/article', '-cz', '.'])
  const { path } = await lab.postfixadminTarball()
  const put = async (content: Buffer, command: string) => {
    const { code, stderr } = await lab.exec(host, `base64 -d | ${command}`, { input: content.toString('base64') })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  }
  await put(scripts, 'tar -xz --one-top-level=/root/article')
  await put(await readFile(path), 'cat >/root/article/postfixadmin.tar.gz')
  await onHost(
    host,
    'bash /root/article/build.sh /root/article >/root/article.log 2>&1 || { tail -n 20 /root/article.log >&2; exit 1; }',
  )
}

const inbox = (address: string) => {
  const [user, domain] = address.split('@')
  return `/home/mailuser/${domain}/${user}/Maildir/new /home/mailuser/${domain}/${user}/Maildir/cur`
}

/** What must be the same afterwards: messages by name and content, people's passwords, keys that DNS knows. */
async function kept() {
  return {
    mail: await onHost(
      host,
      `find /home/mailuser -path '*/Maildir/*' -name '*.sv1.blue.example,*' -exec sh -c 'for f; do printf "%s %s\\n" "$(sha256sum <"$f")" "$(basename "\${f%:2,*}")"; done' sh {} + | sort`,
    ),
    keys: await onHost(
      host,
      'sha256sum /etc/opendkim/keys/*/default.private /etc/openarc/keys/blue.example/default.private',
    ),
    passwords: await onHost(
      host,
      `mysql -N postfix -e "SELECT username, REGEXP_REPLACE(password, '^[{][^}]*[}]', '') FROM mailbox ORDER BY 1"`,
    ),
    forward: await onHost(
      host,
      `mysql -N postfix -e "SELECT goto, active FROM alias WHERE address = 'fwd@blue.example'"`,
    ),
  }
}

/** One IMAP command over TLS; empty when the login fails. The mechanism CRAM-MD5 knows nothing of other hashes. */
const imap = (address: string, password: string, path: string, command = '') =>
  onHost(
    host,
    `curl -sk --max-time 20 --login-options AUTH=PLAIN -u '${address}:${password}' ${command && `-X '${command}'`} 'imaps://127.0.0.1/${path}' || [ $? = 67 ]`,
  )

describe('a host that was built by hand as the article says', () => {
  it.skipIf(keep)('is what the article makes: it works, and it has the mistakes', async () => {
    for (const { address, password, stored } of people) {
      // The article's Dovecot takes meg's hash for the default scheme's.
      const worked = address !== 'meg@green.example'
      expect((await imap(address, password, '')).includes('INBOX'), address).toBe(worked)
      const hash = await onHost(
        host,
        `mysql -N postfix -e "SELECT password FROM mailbox WHERE username = '${address}'"`,
      )
      expect(hash).toMatch(stored)
    }
    expect(
      await onHost(host, 'stat -Lc %a /etc/letsencrypt/live/red.example/privkey.pem; ss -Hltn "sport = :143" | wc -l'),
    ).toBe('644\n1')
    expect(await onHost(host, 'postfix check 2>&1; postconf -h alias_maps 2>&1')).toContain('No such file')
  })

  it.skipIf(keep)('differs in what drift lists, and drift touches nothing', async () => {
    const drift = await orchestrate('drift', inventory, '--format', 'json')
    expect(drift.code).toBe(2)
    const differences = differencesOf(reported(drift).get('sv1')).map((one) =>
      one.replaceAll(/fingerprint \w+/g, 'fingerprint'),
    )
    expect(differences).toEqual(
      expect.arrayContaining([
        'certificate:mail.red.example check: others may read or change /etc/letsencrypt/live/red.example/privkey.pem → passed',
        'command:name the scheme of every password guard: not satisfied → run',
        'command:Sieve scripts out of the Maildirs guard: not satisfied → run',
        'command:superadmin admin@blue.example guard: not satisfied → run',
        'file:/etc/dovecot/dovecot-sql.conf.ext mode: 0644 → 0640',
        'file:/etc/opendkim/KeyTable content: fingerprint → fingerprint',
        'file:/etc/opendkim/TrustedHosts content: fingerprint → fingerprint',
        'file:/etc/opendmarc.conf content: fingerprint → fingerprint',
        'file:/etc/openarc.conf content: fingerprint → fingerprint',
        'file:/etc/postfix/main.cf content: fingerprint → fingerprint',
        'file:/etc/postfix/master.cf content: fingerprint → fingerprint',
        'file:/etc/postfix/tls_server_sni_maps mode: 0644 → 0600',
        'firewall-zone:public permanent port 587/tcp: open → closed',
        'database-rows:postfix.alias row abuse@blue.example: goto: abuse@change-this-to-your.domain.tld → admin@blue.example',
        'database-rows:postfix.mailbox row conagi@blue.example: maildir: blue.example/conagi/Maildir/ → blue.example/conagi/',
      ]),
    )
    expect(await kept()).toEqual(before)
  })

  it('is taken over by one apply; then nothing differs', async () => {
    // A script at the new home already, and another of that name at the old one.
    await onHost(
      host,
      `runuser -u mailuser -- sh -ec 'cd /home/mailuser/red.example/sam; mkdir -p sieve Maildir/sieve; echo "keep; # new" >sieve/a.sieve; echo "keep; # old" >Maildir/sieve/a.sieve'`,
    )
    const applied = await orchestrate('apply', inventory, '--yes', '--format', 'json')
    expect({ code: applied.code, message: reported(applied).get('sv1')?.message }).toEqual({
      code: 0,
      message: undefined,
    })
    const drift = await orchestrate('drift', inventory, '--format', 'json')
    expect({ code: drift.code, differences: differencesOf(reported(drift).get('sv1')) }).toEqual({
      code: 0,
      differences: [],
    })
  })

  it('keeps every message, password, forward and key', async () => {
    const after = await kept()
    expect({ ...after, mail: '' }).toEqual({ ...before, mail: '' })
    expect(after.mail.split('\n')).toEqual(expect.arrayContaining(before.mail.split('\n')))
  })

  it('keeps a Sieve script that another one of its name stands in the way of', async () => {
    const sieve = '/home/mailuser/red.example/sam'
    expect(await onHost(host, `cat ${sieve}/sieve/a.sieve ${sieve}/sieve.old/a.sieve`)).toBe('keep; # new\nkeep; # old')
  })

  it.for(people)(
    '$address logs in with the old password, reads old mail, sends and gets new',
    async ({ address, password }) => {
      if (address !== 'admin@blue.example') {
        const found = await imap(address, password, 'INBOX', `UID SEARCH SUBJECT "an old letter to ${address}"`)
        const uid = /SEARCH (\d+)/.exec(found)?.[1]
        expect(await imap(address, password, `INBOX;UID=${uid}`)).toContain('Keep me.')
      }
      const id = `new-${Date.now()}`
      await onHost(
        host,
        `printf 'From: <${address}>\\r\\nTo: <${address}>\\r\\nSubject: ${id}\\r\\n\\r\\nx\\r\\n' | curl -sSk --ssl-reqd -u '${address}:${password}' --mail-from '${address}' --mail-rcpt '${address}' -T - smtp://127.0.0.1:587/sv1.blue.example`,
      )
      await until(host, `grep -rqx "Subject: ${id}.\\?" ${inbox(address)}`)
      expect(await imap(address, `${password}x`, '')).toBe('')
    },
  )

  it('goes on sorting the mail of somebody who has a Sieve script', async () => {
    await onHost(
      host,
      `printf 'From: <x@red.example>\\nTo: <bob@red.example>\\nSubject: list of things\\n\\nx\\n' | sendmail -i bob@red.example`,
    )
    await until(host, 'grep -rq "Subject: list of things" /home/mailuser/red.example/bob/Maildir/.Lists/new')
  })

  it('lets the superadmin in to PostfixAdmin with the declared password', async () => {
    const { stdout } = await orchestrate('secrets', 'get', inventory, 'postfixadmin/admin')
    const php = `$h = preg_replace('/^[{][^}]*[}]/', '', trim(fgets(STDIN))); var_dump(hash_equals($h, crypt('${stdout.trim()}', $h)));`
    expect(
      await onHost(
        host,
        `mysql -N postfix -e "SELECT password FROM admin WHERE username = 'admin@blue.example'" | php -r '${php.replaceAll("'", `'\\''`)}'`,
      ),
    ).toBe('bool(true)')
  })

  it('passes verify', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrate-takeover-'))
    const dns = await serveZone((await orchestrate('dns', inventory, 'records', '--format', 'zone')).stdout, host)
    try {
      // Nobody signed the article's certificates here: they are trusted as they are.
      await writeFile(join(folder, 'ca.pem'), await onHost(host, 'cat /etc/letsencrypt/live/*/fullchain.pem'))
      const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }
      const { code, stdout } = await start(['verify', inventory, '--server', lab.SERVICE_ADDRESS], { env }).ended
      expect({ code, failed: stdout.match(/not: .*\n.*/g) ?? [] }).toEqual({ code: 0, failed: [] })
    } finally {
      dns.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
