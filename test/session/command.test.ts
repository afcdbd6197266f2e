import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { raw, sh } from '../../src/kernel/sh.ts'
import type { Session } from '../../src/model/session.ts'
import type { HostOptions } from './server.ts'
import { shells, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

async function open(options: Partial<HostOptions> = {}): Promise<Session> {
  const host = await world.host(options)
  world.know([host.port])
  return world.connect(world.connection(host.port))
}

describe.each(shells)('a framed command with %s as login shell', (shell) => {
  test('gives exit code, stdout and stderr apart, also without a last newline', async () => {
    const session = await open({ shell })
    expect(await session.run(sh`echo out; echo err >&2; exit 3`)).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
    expect(await session.run(sh`printf a; printf b >&2`)).toEqual({ code: 0, stdout: 'a', stderr: 'b' })
    expect(await session.run(sh`printf '\n\n'`)).toEqual({ code: 0, stdout: '\n\n', stderr: '' })
    expect(await session.run(sh`:`)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('decodes once: no character is broken between chunks, and nothing is trimmed', async () => {
    const session = await open({ shell })
    const { stdout } = await session.run(
      sh`i=0; while [ $i -lt 600 ]; do printf %s ${'€'.repeat(100)}; i=$((i + 1)); done; echo; echo`,
    )
    expect(stdout).toBe(`${'€'.repeat(60_000)}\n\n`)
  })

  test('neither sees our stdin nor leaves variables or folder to the next', async () => {
    const session = await open({ shell })
    await session.run(sh`cat; leaked=1; cd /tmp; umask 000; set -- a b; exit 0`)
    const { stdout } = await session.run(sh`echo "$leaked|$#|$k$n$t$s$c$d"; pwd; umask; echo "$LC_ALL"`)
    expect(stdout).toBe('|0|\n/\n0077\nC\n')
  })

  test('is run to the point where it fails, and the shell lives on', async () => {
    const session = await open({ shell })
    expect(await session.run(sh`set -e; echo a; false; echo b`)).toMatchObject({ code: 1, stdout: 'a\n' })
    const broken = await session.run(raw('echo "never closed'))
    expect(broken.code).not.toBe(0)
    expect(broken.stderr).toMatch(/nterminated|unexpected EOF/)
    expect(await session.run(sh`kill -9 $$; echo unreachable`).catch((error) => error.code)).toBe('E_LOST')
  })

  test('cannot forge its end', async () => {
    const session = await open({ shell })
    const { stdout } = await session.run(sh`printf '\n0123456789abcdef0123456789abcdef 0\n'; echo "$t 0"`)
    expect(stdout).toBe('\n0123456789abcdef0123456789abcdef 0\n 0\n')
  })

  test('is not disturbed by what the login shell prints', async () => {
    const rc = 'echo "motd €"; echo "$0 was asked: welcome" >&2; printf "no newline"; printf "no newline" >&2'
    const session = await open({ shell, rc })
    expect(await session.run(sh`echo clean; echo too >&2`)).toEqual({ code: 0, stdout: 'clean\n', stderr: 'too\n' })
  })

  test('is not disturbed by a login shell that prints the command line itself', async () => {
    const session = await open({ shell, rc: 'set -x' })
    expect(await session.run(sh`echo clean`)).toEqual({ code: 0, stdout: 'clean\n', stderr: '' })
  })
})

test('commands on one session wait for each other', async () => {
  const session = await open()
  const file = join(world.folder, 'order')
  await Promise.all(
    [1, 2, 3].map((n) => session.run(sh`echo start ${n} >> ${file}; sleep 0.05; echo end ${n} >> ${file}`)),
  )
  expect(readFileSync(file, 'utf8')).toBe('start 1\nend 1\nstart 2\nend 2\nstart 3\nend 3\n')
})

test('lines are handed on as they come, each once, the last one too', async () => {
  const session = await open()
  const gate = join(world.folder, 'gate')
  const lines: string[] = []
  const running = session.run(
    sh`echo one; while [ ! -e ${gate} ]; do sleep 0.01; done; echo; echo zwei ä; printf last`,
    {
      onLine: (line) => lines.push(line),
    },
  )
  await expect.poll(() => lines).toEqual(['one'])
  writeFileSync(gate, '')
  await running
  expect(lines).toEqual(['one', '', 'zwei ä', 'last'])
})

test('what a background process prints between two commands belongs to none', async () => {
  const session = await open()
  const gate = join(world.folder, 'gate')
  const said = join(world.folder, 'said')
  await session.run(sh`( while [ ! -e ${gate} ]; do sleep 0.01; done; echo late; : > ${said} ) & :`)
  writeFileSync(gate, '')
  await expect.poll(() => existsSync(said)).toBe(true)
  const echoes = await session.run(sh`echo mine`)
  expect(echoes.stdout.endsWith('mine\n')).toBe(true)
})

test('a script with NUL is a bug, found before anything is sent', async () => {
  const session = await open()
  await expect(session.run(raw('echo a\0b'))).rejects.toThrow(TypeError)
  await expect(session.run(sh`:`, { blobs: new Map([['a b', Buffer.from('x')]]) })).rejects.toThrow(TypeError)
  expect(await session.run(sh`echo still here`)).toMatchObject({ stdout: 'still here\n' })
})

test('blobs travel raw beside the script, readable by root only, and are gone after it', async () => {
  const session = await open()
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
  const blobs = new Map<string, Uint8Array>([
    ['all', bytes],
    ['none', Buffer.alloc(0)],
  ])
  const { stdout } = await session.run(
    sh`stat -c '%a %s' "$blob_all" "$blob_none" "\${blob_all%/*}"; base64 -w0 "$blob_all"; echo; dirname "$blob_all"`,
    { blobs },
  )
  const [all, none, folder, content, path = ''] = stdout.split('\n')
  expect([all, none, folder?.split(' ')[0], content]).toEqual(['600 256', '600 0', '700', bytes.toString('base64')])
  expect(existsSync(path)).toBe(false)
  expect(readdirSync(join(world.folder, 'var/blobs'))).toEqual([])
  expect(await session.run(sh`echo "$blob_all$blob_none"`)).toMatchObject({ stdout: '\n' })
})

test('a blob that cannot be stored ends the session before the script runs', async () => {
  const session = await world.connect(world.connection((await knownHost()).port), { blobFolder: '/proc/none' })
  const error = await session
    .run(sh`echo ran > ${join(world.folder, 'ran')}`, { blobs: new Map([['a', Buffer.from('x')]]) })
    .catch((e) => e)
  expect(error).toMatchObject({ code: 'E_LOST' })
  expect(error.message).toContain('/proc/none')
  expect(existsSync(join(world.folder, 'ran'))).toBe(false)
})

async function knownHost() {
  const host = await world.host()
  world.know([host.port])
  return host
}
