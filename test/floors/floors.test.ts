import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { check, readTree, type Tree } from './floors.ts'
import type { SourceFile } from './violation.ts'

const good: Readonly<Record<string, string>> = {
  'src/kernel/errors.ts': "export const exitCodes = {\n  ok: 0,\n}\nexport type ErrorCode =\n  | 'E_USAGE'\n",
  'src/kinds/file.ts': "import { x } from '../kernel/errors.ts'\nexport const file = defineKind({})\n",
  'src/dsl/a.ts':
    "import { file } from '../kinds/file.ts'\nimport { createHash } from 'node:crypto'\nimport { z } from 'zod'\n",
  'src/adapters/ssh/a.ts':
    "import { x } from '../../model/a.ts'\nimport net from 'node:net'\nconst now = Date.now()\nsecret.reveal()\n",
  'src/index.ts': "export { file } from './kinds/file.ts'\n",
  'roles/slots.ts': "import { slot } from '#orchestrate'\n",
  'roles/postfix/index.ts':
    "import { z } from 'zod'\nimport { s } from '../slots.ts'\nimport { own } from './own.ts'\nconst when = { process: 1, Date: new Date(5) }.process\n",
  'playbooks/mail.ts': "import { postfix } from '../roles/postfix/index.ts'\n",
  'inventories/prod.ts': "import { mail } from '../playbooks/mail.ts'\nconst user = process.env.USER\n",
}

function tree(change: Readonly<Record<string, string>> = {}, templates: Readonly<Record<string, string>> = {}): Tree {
  const files = (record: Readonly<Record<string, string>>): SourceFile[] =>
    Object.entries(record).map(([path, text]) => ({ path, text }))
  return { sources: files({ ...good, ...change }), templates: files(templates), exitCodes: '**0** `E_USAGE`' }
}

function found(change: Readonly<Record<string, string>>, templates: Readonly<Record<string, string>> = {}): string[] {
  return check(tree(change, templates), 1).map(({ rule, path, line, what }) => `${path}:${line} [${rule}] ${what}`)
}

test('this very tree keeps its floors', { timeout: 30_000 }, () => {
  const told = check(readTree(resolve(import.meta.dirname, '../..')), 100).map(
    ({ path, line, rule, what }) => `${path}:${line} [${rule}] ${what}`,
  )
  expect(told).toEqual([])
})

test('a sound tree has no violation', () => {
  expect(found({}, { 'templates/a.ejs': "<%- include('b.ejs') %>\n<%= it.a %>" })).toEqual([])
})

test('a check that sees too little fails', () => {
  expect(() => check(tree(), 100)).toThrow('only 9 files were seen, at least 100 are expected')
  expect(() => check(tree({ 'src/kernel/broken.ts': 'const = 1' }), 1)).toThrow('src/kernel/broken.ts cannot be parsed')
})

test.each([
  ['kernel imports nothing of ours', { 'src/kernel/a.ts': "import { x } from '../model/a.ts'" }],
  ['a floor imports what stands below', { 'src/kinds/a.ts': "\nimport type { x } from '../dsl/a.ts'" }],
  ['a type import counts', { 'src/model/a.ts': "type X = import('../engine/a.ts').X" }],
  ['import() counts', { 'src/report/a.ts': "const x = await import('../runtime/a.ts')" }],
  ['a re-export counts', { 'src/report/a.ts': "export * from '../report/a.ts'" }],
  ['the engine never imports a kind', { 'src/engine/a.ts': "import { file } from '../kinds/file.ts'" }],
  [
    'adapters import kernel, model and mail only',
    {
      'src/adapters/a.ts':
        "import { x } from '../dsl/a.ts'\nimport { y } from '../runtime/a.ts'\nimport { z } from '../mail/a.ts'",
    },
  ],
  ['runtime does not know adapters', { 'src/runtime/a.ts': "import { x } from '../adapters/a.ts'" }],
  ['src does not use the door', { 'src/cli/a.ts': "import { file } from '#orchestrate'" }],
  [
    'the door leads to no effects',
    { 'src/index.ts': "export { file } from './kinds/file.ts'\nexport { x } from './adapters/a.ts'" },
  ],
  ['src imports nothing outside', { 'src/cli/a.ts': "import { x } from '../../roles/slots.ts'" }],
  ['an unknown floor', { 'src/helpers/a.ts': "import { x } from '../kernel/errors.ts'" }],
  ['roles never import another role', { 'roles/dovecot/index.ts': "import { postfix } from '../postfix/index.ts'" }],
  [
    'a file of a role that another role, or a shared folder, imports',
    {
      'roles/dovecot/lints.ts': "import { x } from '../postfix/config-text.ts'",
      'roles/lib/a.ts': "import { x } from '../postfix/config-text.ts'",
      'roles/vars/a.ts': "import { x } from '../postfix/vars.ts'",
      'roles/slots.ts': "import type { x } from './postfix/vars.ts'",
    },
  ],
  [
    'what roles share',
    {
      'roles/dovecot/a.ts':
        "import { x } from '../slots.ts'\nimport { y } from '../vars/a.ts'\nimport { z } from '../lib/a.ts'",
    },
  ],
  ['roles use the door', { 'roles/dovecot/index.ts': "import { file } from '../../src/kinds/file.ts'" }],
  ['inventories use the door', { 'inventories/lab.ts': "import { file } from '../src/index.ts'" }],
  ['roles do not know playbooks', { 'roles/dovecot/index.ts': "import { mail } from '../../playbooks/mail.ts'" }],
  ['a circle', { 'src/kernel/a.ts': "import { b } from './b.ts'", 'src/kernel/b.ts': "import { a } from './a.ts'" }],
  [
    'a circle of types alone is none',
    { 'src/kernel/a.ts': "import type { b } from './b.ts'", 'src/kernel/b.ts': "import { a } from './a.ts'" },
  ],
  [
    'I/O on a pure floor',
    { 'src/kinds/a.ts': "import { readFileSync } from 'node:fs'\nimport { execa } from 'execa'" },
  ],
  [
    'randomness on a pure floor',
    {
      'src/report/a.ts': "import { createHash, randomBytes } from 'node:crypto'\nMath.random()\nbcrypt.genSaltSync(12)",
    },
  ],
  [
    'the clock on a pure floor',
    { 'src/engine/a.ts': 'const a = Date.now()\nconst b = new Date()\nconst c = new Date(a)' },
  ],
  [
    'the process on a pure floor',
    {
      'src/dsl/b.ts':
        'const { env } = process\nconst a = process.argv\nf(process)\nfetch(a)\nconst g = ({ process }) => process.x\nfunction h() { const process = 1; return process }\nprocess.exit()',
    },
  ],
  ['a role is pure', { 'roles/dovecot/index.ts': 'const now = Date.now()' }],
  ['a long file', { 'src/cli/long.ts': '\n'.repeat(301) }],
  [
    'a clear text outside kernel and adapters',
    { 'src/runtime/a.ts': 'secret.reveal()\ntext.revealed()\nconst r = secret.reveal\nrevealed()' },
  ],
  [
    'a mail word in the engine',
    {
      'src/cli/a.ts': "// postfix as an example is fine\nconst unit = 'postfix.service'",
      'src/engine/dkim.ts': '/** e.g. dovecot */\nexport const a = isDkim(b)',
    },
  ],
  ['a file named utils', { 'src/cli/utils.ts': '', 'src/kernel/utils/a.ts': '' }],
  [
    'a kind behind the door',
    {
      'src/kinds/cron.ts':
        'const schema = 1\nexport const cron = defineKind<typeof schema, Live>({})\nexport function other() {}',
    },
  ],
  [
    'a backslash that a shell template loses',
    { 'roles/dovecot/index.ts': "const a = sh`a\\\\.b ${x}\\n\nsed 's/\\\\S//; s/\\.//'`\nconst b = other`\\.`" },
  ],
  [
    'an error code that is not documented',
    {
      'src/kernel/errors.ts':
        "export const exitCodes = {\n  ok: 0,\n  failed: 1,\n}\nexport type ErrorCode =\n  | 'E_USAGE'\n  | 'E_NEW'\n",
    },
  ],
] as const)('%s', (_name, change) => {
  expect(found(change)).toMatchSnapshot()
})

test('raw output and clear texts in templates', () => {
  expect(found({}, { 'templates/a/b.ejs': 'x\n<%- it.a %>\n<%= it.password.reveal() %>' })).toEqual([
    'templates/a/b.ejs:2 [templates] <%- is for include(…) only',
    'templates/a/b.ejs:3 [templates] asks for a clear text',
  ])
})
