import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { onHost } from './support/hosts.ts'
import { orchestrate, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
const names = ['sample/database', 'sample/note']
let folder: string
let secrets: Awaited<ReturnType<typeof ownSecrets>>

beforeAll(async () => {
  await lab.requireLab()
  folder = await mkdtemp(join(tmpdir(), 'orchestrate-secrets-'))
  secrets = await ownSecrets(inventory)
  await lab.recreate('mx1')
})
afterAll(async () => {
  await secrets.drop()
  await rm(folder, { recursive: true, force: true })
})

it('no secret shows in argv, environment, logs, events, JSON, diff or a world-readable file', async () => {
  const values = await Promise.all(
    names.map(async (name) => (await orchestrate('secrets', 'get', inventory, name)).stdout.trim()),
  )
  expect(values.every((value) => value.length >= 20)).toBe(true)
  const events = join(folder, 'events.ndjson')
  const shown: string[] = []
  const keep = async (...args: string[]) => {
    const ended = await start([...args, inventory, '--limit', 'mx1'], {}).ended
    shown.push(ended.stdout, ended.stderr)
    return ended
  }

  await keep('apply', '--dry-run', '--diff')
  const sampling = sampleHost()
  const applied = start([
    'apply',
    inventory,
    '--limit',
    'mx1',
    '--yes',
    '--diff',
    '--verbose',
    '--format',
    'json',
    '--events',
    events,
  ])
  const controller = sampleController(applied.pid)
  const ended = await applied.ended
  expect(ended.code).toBe(0)
  shown.push(
    ended.stdout,
    ended.stderr,
    await readFile(events, 'utf8'),
    await controller.stop(),
    await (await sampling).stop(),
  )

  await onHost(
    'mx1',
    'echo drift >> /etc/sample/two.conf; mysql -e "ALTER USER sample@localhost IDENTIFIED BY \'other\'"',
  )
  for (const format of ['text', 'json', 'junit', 'markdown']) await keep('drift', '--diff', '--format', format)
  await keep('apply', '--yes', '--diff')
  await keep('inventory')
  await keep('render')

  shown.push(
    await onHost(
      'mx1',
      'journalctl --no-pager -o cat; cat /var/log/messages /var/log/secure /var/log/mariadb/* 2>/dev/null; true',
    ),
  )
  shown.push(
    await onHost(
      'mx1',
      'find /etc /run /tmp /var /root /home -xdev -type f -perm -o+r ! -path "/var/cache/*" -exec cat {} + 2>/dev/null | strings; true',
    ),
  )
  const all = shown.join('\n')
  expect(all.length).toBeGreaterThan(10_000)
  for (const value of values) expect(all.includes(value)).toBe(false)
})

it('a server that quotes a failing statement gives no hash of a secret away', async () => {
  const note = (await orchestrate('secrets', 'get', inventory, 'sample/note')).stdout.trim()
  const hash = createHash('sha256').update(note).digest('base64')
  const ended = await start(['apply', inventory, '--limit', 'mx1', '--yes', '--verbose'], {
    env: { TEST_BROKEN: '1' },
  }).ended
  expect({ code: ended.code, said: ended.stderr + ended.stdout }).toEqual({
    code: 1,
    said: expect.stringMatching(/INSERT INTO nowhere VALUES \('<secret:note, hashed>'\)/),
  })
  for (let at = 0; at + 8 <= hash.length; at++)
    expect((ended.stderr + ended.stdout).includes(hash.slice(at, at + 8))).toBe(false)
})

/** Collects argv and environment of every process on the host until stopped. */
async function sampleHost(): Promise<{ stop(): Promise<string> }> {
  await onHost(
    'mx1',
    `: >/run/sampling; mkdir -m 0700 /root/samples
setsid sh -c 'while [ -e /run/sampling ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ >> /root/samples/all 2>/dev/null; done' </dev/null >/dev/null 2>&1 &`,
  )
  return {
    stop: async () => {
      const size = Number(await onHost('mx1', 'rm -f /run/sampling; stat -c %s /root/samples/all'))
      expect(size).toBeGreaterThan(10_000)
      return onHost('mx1', 'tr "\\0" "\\n" < /root/samples/all | sort -u; rm -rf /root/samples')
    },
  }
}

/** The same for the controller's process. */
function sampleController(pid: number): { stop(): Promise<string> } {
  const seen = new Set<string>()
  let going = true
  const sampling = (async () => {
    while (going) {
      for (const name of ['cmdline', 'environ'])
        seen.add(await readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  return {
    stop: async () => {
      going = false
      await sampling
      expect([...seen].join('')).toContain(process.execPath)
      return [...seen].join('\n')
    },
  }
}
