import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { fakeIo } from '../unit/cli/fake-io.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readmes = ['README.md', 'README.ja.md']
const documents = [...readmes, 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })]

interface Block {
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a document. */
function blocksOf(document: string): Block[] {
  return [...read(document).matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))
}

const inventories = [
  ...documents.flatMap((document) =>
    blocksOf(document)
      .filter(({ text }) => text.includes('defineInventory('))
      .map(({ text }) => ({ from: document, text })),
  ),
  { from: 'inventories/prod.ts', text: read('inventories/prod.ts') },
  { from: 'inventories/lab.ts', text: read('inventories/lab.ts') },
].map((one, index) => ({ ...one, path: `inventories/number-${index}.ts` }))

// A checkout in which inventories can be written: the project's own files seen through links.
const checkout = mkdtempSync(join(tmpdir(), 'orchestrate-readme-'))
beforeAll(() => {
  for (const name of ['src', 'roles', 'playbooks', 'templates', 'bin', 'test', 'node_modules', 'package.json'])
    symlinkSync(join(root, name), join(checkout, name))
  mkdirSync(join(checkout, 'inventories'))
  for (const { path, text } of inventories) writeFileSync(join(checkout, path), text)
  // What `lab up` leaves behind: how to reach the hosts, and its archive.
  mkdirSync(join(checkout, '.lab'))
  writeFileSync(join(checkout, '.lab/ssh_config'), '')
  const archive = { path: '/nowhere', sha256: '0'.repeat(64), version: '3.3.16' }
  writeFileSync(join(checkout, '.lab/postfixadmin.json'), JSON.stringify(archive))
  const config = { extends: join(root, 'tsconfig.json'), include: ['inventories'] }
  writeFileSync(join(checkout, 'tsconfig.json'), JSON.stringify(config))
})
afterAll(() => rmSync(checkout, { recursive: true }))

/** What a command line says in the checkout, after its exit code. */
async function said(...words: readonly string[]): Promise<string> {
  const io = { ...fakeIo(), cwd: checkout, env: { ORCHESTRATE_IDENTITY: join(checkout, 'identity') } }
  const code = await main(words, io)
  return `${code} ${io.out()}${io.err()}`
}

test('the documents have inventories', () => {
  expect(inventories.map(({ from }) => from)).toEqual(expect.arrayContaining([...readmes, 'inventories/prod.ts']))
})

test('every inventory of the documents has the right types', { timeout: 120_000 }, () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', checkout], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
})

test.each(inventories)('the inventory of $from can be evaluated, with its secrets', async ({ path }) => {
  expect(await said('secrets', 'init', path)).toMatch(/^0 .* generated/s)
  // This looks at the whole inventory, secrets and files of this machine included, before it looks for the host.
  expect(await said('drift', path, '--limit', 'nobody')).toMatch(/^64 .*nobody/s)
})

/** What a line of a README asks a reader to type. */
function commandsOf(document: string): string[] {
  const lines = blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
  const inline = [...read(document).matchAll(/`((?:orchestrate|npm|node) [^`]+)`/g)].map(([, words = '']) => words)
  return [...lines, ...inline].flatMap((line) => line.split(' && ')).filter(Boolean)
}

const typed = readmes.flatMap((document) => commandsOf(document).map((command) => ({ document, command })))

test.each(typed)('$document: `$command` exists with its options', async ({ command }) => {
  const [program = '', ...words] = command.split(/\s+/)
  if (program === 'npm') {
    const [verb = '', script = verb] = words
    const known: unknown = JSON.parse(read('package.json')).scripts[script]
    return expect(['ci', 'link'].includes(verb) || typeof known === 'string').toBe(true)
  }
  // Role postfixadmin downloads from the same address, and says so where the checksum is missing.
  if (program === 'curl') {
    writeFileSync(join(checkout, 'inventories/unsigned.ts'), read('inventories/prod.ts').replace(/sha256:[^,]*,/, ''))
    return expect(await said('graph', 'inventories/unsigned.ts')).toContain(`\`${command}\``)
  }
  const args = (program === 'node' ? words.slice(1) : words).map((word) => (word.endsWith('.ts') ? 'absent.ts' : word))
  if (program === 'node') expect(existsSync(join(root, words[0] ?? ''))).toBe(true)
  const answer = await said(...args)
  if (args[0] === 'help') return expect(answer).toMatch(/^0 Usage: orchestrate/)
  // Nobody can be asked here, which these say first of all.
  if (['apply', 'unlock'].includes(args[0] ?? '')) return expect(answer).toMatch(/^4 orchestrate: \w+ asks/)
  expect(answer).toMatch(/^64 orchestrate: no inventory at absent\.ts/)
})

test.each(readmes)('%s names only files that exist', (document) => {
  const text = read(document)
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path)
  const named = [...text.matchAll(/\b((?:inventories|bin|playbooks|docs|roles|test)\/[\w./-]*\w)/g)].map(
    ([, path = '']) => path,
  )
  const local = [...links, ...named].filter((path) => !/^https?:/.test(path))
  expect(local.length).toBeGreaterThan(10)
  expect(local.filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})

test('both READMEs have the same blocks, but for what is written for people', () => {
  const bare = (document: string) =>
    blocksOf(document).map(({ text }) => text.replace(/ *(?:#|\/\/) .*$/gm, '').trimEnd())
  expect(bare('README.ja.md')).toEqual(bare('README.md'))
})

test('npm ci has nothing to complain of, whatever Node starts it', { timeout: 120_000 }, () => {
  const folder = join(checkout, 'install')
  mkdirSync(folder)
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) writeFileSync(join(folder, name), read(name))
  // Without the Node of this checkout on the path it is that of the machine.
  const path = (process.env['PATH'] ?? '').split(':').filter((part) => !part.startsWith(root))
  const env = { ...process.env, PATH: path.join(':') }
  const { status, stderr } = spawnSync('npm', ['ci', '--dry-run', '--ignore-scripts'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
