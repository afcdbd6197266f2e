import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { World } from './world.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

/** Writes an inventory with one host on a port of this machine, whose role wants one file. */
function write(port: number): string {
  const path = join(world.folder, 'inventory.ts')
  writeFileSync(
    path,
    `import { defineInventory, definePlaybook, defineRole, file } from '${root}src/index.ts'
const wanted = file({ path: '${world.folder}/wanted', content: 'here' as never })
const role = defineRole({ name: 'one', description: 'x', vars: {}, resources: () => [wanted] })
const trouble = {
  name: 'trouble',
  summary: 'has a bug',
  description: 'Has a bug.',
  actions: ['now'] as const,
  run: async () => { throw new TypeError('nobody expected this') },
}
const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [role] }], commands: [trouble] })
const ssh = { user: 'root', port: ${port}, identityFile: '${world.userKey.file}', knownHosts: '${world.knownHosts}', configFile: 'none' }
export default defineInventory({ playbook, ssh, hosts: { sv1: { address: '127.0.0.1' } } })
`,
  )
  return path
}

/** Starts one command line; its standard streams are pipes. */
function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'bin/orchestrate.js'), ...words], {
    env: { PATH: process.env['PATH'], HOME: world.home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
  const ended = once(child, 'close').then(([code]) => ({ code, said }))
  return { child, ended }
}

/** A port of this machine that nobody listens on, or that says nothing to whoever connects. */
async function portThat(answers: 'refuses' | 'says nothing', onConnection: () => void = () => {}): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    onConnection()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  if (answers === 'refuses') await close()
  else world.keep(server, close)
  return port
}

/** A host that is this machine but for what it says of its system. */
async function hostThatIs(system: string): Promise<number> {
  const sed = `case "$*" in *PLATFORM_ID*) echo '${system}' ;; *) exec /usr/bin/sed "$@" ;; esac`
  const { port } = await world.host({ programs: { sed } })
  world.know([port])
  return port
}

const ways: Readonly<Record<number, () => Promise<{ code: number; said: string }>>> = {
  0: async () => start('graph', write(22)).ended,
  1: async () => start('drift', write(await hostThatIs('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"'))).ended,
  2: async () => start('drift', write(await hostThatIs('PLATFORM_ID="platform:el9"'))).ended,
  3: async () => start('drift', write(await portThat('refuses'))).ended,
  4: async () => start('apply', write(22)).ended,
  64: async () => start('drift', write(99_999)).ended,
  70: async () => start('trouble', write(22), 'now').ended,
  130: async () => {
    const connected = Promise.withResolvers<void>()
    const { child, ended } = start('drift', write(await portThat('says nothing', connected.resolve)))
    await connected.promise
    child.kill('SIGINT')
    return ended
  },
}

test('the ways are those of the table in the README', () => {
  const table = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^\| (\d+) \|/gm)
  expect(Object.keys(ways)).toEqual([...table].map(([, code]) => code))
})

test.each(Object.entries(ways))(
  'exit code %s is reached by a command line',
  { timeout: 60_000 },
  async (wanted, way) => {
    const { code, said } = await way()
    expect({ code, said }).toEqual({ code: Number(wanted), said: expect.any(String) })
    if (wanted === '1') expect(said).toContain('sv1 is Debian GNU/Linux 12 (bookworm); EL9 is needed')
  },
)
