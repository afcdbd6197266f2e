import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { onHost, until } from './support/hosts.ts'
import { differencesOf, orchestrate, reported } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/mailhost.ts'
const host = 'mx5'
// With ORCHESTRATE_E2E_KEEP set (and ORCHESTRATE_IDENTITY), host and secrets of the last run are used again.
const keep = Boolean(process.env['ORCHESTRATE_E2E_KEEP'])
let secrets: Awaited<ReturnType<typeof ownSecrets>> | undefined

beforeAll(async () => {
  await lab.requireLab()
  Object.assign(process.env, { TEST_HOST: host, TEST_SRS: 'egress' })
  await lab.up({ hosts: [lab.standardHost(5)] })
  if (keep) return
  secrets = await ownSecrets(inventory)
  await lab.recreate(host)
})
afterAll(() => secrets?.drop())

/** A message over port 25, until it lies in the mailbox of the postmaster. */
async function mailFlows(id: string): Promise<void> {
  const mail = `From: <x@red.example>\nTo: <admin@blue.example>\nDate: $(date -R)\nMessage-ID: <${id}@red.example>\nSubject: ${id}\n\n${id}\n`
  await onHost(
    host,
    `printf "${mail.replaceAll('\n', '\\r\\n')}" | curl -sS --mail-from '<>' --mail-rcpt admin@blue.example -T - smtp://127.0.0.1/${host}.blue.example`,
  )
  await until(host, `grep -rqx "Subject: ${id}.\\?" /home/mailuser/blue.example/admin/Maildir/new`)
}

const applied = async (from = inventory) => {
  const ended = await orchestrate('apply', from, '--yes', '--format', 'json')
  return { exit: ended.code, ...reported(ended).get(host) }
}

describe('srs.mode egress', () => {
  it.skipIf(keep)('takes a bare host all the way in one run, and the second changes nothing', async () => {
    const first = await applied()
    expect(first).toMatchObject({ exit: 0, status: 'changed' })
    expect(await applied()).toMatchObject({ exit: 0, status: 'converged', changed: 0, restarts: 0, reloads: 0 })
    await mailFlows('bare')
  })
})

describe('a live configuration that Postfix itself cannot read is no obstacle to its repair', () => {
  const broken = {
    'a line that is no setting': 'echo "this is no setting" >>/etc/postfix/main.cf',
    'a table of an unknown type, another gone':
      'postconf -e "virtual_alias_maps = nosuchtype:/etc/postfix/nowhere"; rm /etc/postfix/sql/egress_domains.cf',
    'all of it, and what others left there':
      'echo "this is no setting" >>/etc/postfix/main.cf; echo "broken unix - - n -" >>/etc/postfix/master.cf; rm -r /etc/postfix/sql /etc/postfix/header_checks; : >/etc/postfix/reject_client; chown nobody /etc/postfix/reject_client; ln -sfn /etc/hosts /etc/postfix/elsewhere',
  }
  it.for(Object.entries(broken))('%s', async ([, script], { task }) => {
    await onHost(host, script)
    expect(await applied()).toMatchObject({ exit: 0, status: 'changed' })
    await mailFlows(`repaired-${task.id.replaceAll(/\W/g, '')}`)
  })
})

describe('a candidate with a mistake that only Postfix sees', () => {
  const mistakes = {
    'a word that is none': ['postfix/main.cf.ejs', 'smtputf8_enable = no', 'smtputf8_enable no', /missing '='/],
    'a number that is none': [
      'postfix/main.cf.ejs',
      /^message_size_limit = .*/m,
      'message_size_limit = much',
      /bad numerical/,
    ],
    'a group that is not there': ['postfix/main.cf.ejs', '= postdrop', '= nosuch', /unknown group name: nosuch/],
    'a service without a command': ['postfix/master.cf.ejs', /^scache .*/m, 'scache unix - - n', /line \d+/],
    'a query that the database refuses': ['postfix/table.cf.ejs', 'query = ', 'query = NO ', /SQL syntax/],
  } as const
  // The directories themselves change: candidates lie in them for a while.
  const state =
    'find /etc/postfix -type f -printf "%p %m %u %g %T@ %i\\n" | sort; find /etc/postfix -type f -exec sha256sum {} + | sort; systemctl show -p InvocationID postfix'

  it.for(Object.entries(mistakes))(
    '%s: refused, nothing live is touched, mail flows',
    async ([, [template, right, wrong, said]], { task }) => {
      const before = await onHost(host, state)
      const folder = await mkdtemp(join(tmpdir(), 'orchestrate-mistake-'))
      try {
        const text = await readFile(join('templates', template), 'utf8')
        expect(text).toMatch(right)
        await mkdir(join(folder, 'templates', dirname(template)), { recursive: true })
        await writeFile(join(folder, 'templates', template), text.replace(right, wrong))
        await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
        await copyFile(inventory.replace(/ts$/, 'secrets.age'), join(folder, 'inventory.secrets.age'))
        await writeFile(join(folder, 'inventory.ts'), `export { default } from ${JSON.stringify(resolve(inventory))}\n`)
        const refused = await applied(join(folder, 'inventory.ts'))
        expect(refused).toMatchObject({
          exit: 1,
          status: 'failed',
          code: 'E_STEP',
          message: expect.stringMatching(said),
        })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      expect(await onHost(host, state)).toBe(before)
      expect(await onHost(host, 'find /etc -name "*.orchestrate-*"')).toBe('')
      await mailFlows(`refused-${task.id.replaceAll(/\W/g, '')}`)
    },
  )

  it('leaves nothing to do', async () => {
    const drift = await orchestrate('drift', inventory, '--format', 'json')
    expect({ code: drift.code, differences: differencesOf(reported(drift).get(host)) }).toEqual({
      code: 0,
      differences: [],
    })
  })
})

describe('certificates of the throw-away CA that are made anew', () => {
  const presented = (port: number) =>
    onHost(
      host,
      `openssl s_client -connect 127.0.0.1:${port} -servername ${host}.blue.example -verify_hostname ${host}.blue.example -CAfile /etc/pki/orchestrate-lab/ca.pem </dev/null 2>&1 | grep "Verify return code"`,
    )

  it.for(['rm -r /etc/pki/orchestrate-lab', `rm -r /etc/pki/orchestrate-lab/live/${host}.blue.example`])(
    'are served everywhere after one run: %s',
    async (script) => {
      await onHost(host, script)
      expect(await applied()).toMatchObject({ exit: 0, status: 'changed' })
      for (const port of [993, 995, 465, 443]) expect(await presented(port)).toContain('0 (ok)')
      expect(await applied()).toMatchObject({ exit: 0, status: 'converged', changed: 0, restarts: 0, reloads: 0 })
    },
  )
})
