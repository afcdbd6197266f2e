import { expect, test } from 'vitest'
import { applyScript } from '../../../src/engine/apply-script.ts'
import { blocks } from '../../../src/engine/blocks.ts'
import { planHost } from '../../../src/engine/planner.ts'
import { candidateOf } from '../../../src/engine/stage.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { raw, sh } from '../../../src/kernel/sh.ts'
import { command } from '../../../src/kinds/command.ts'
import { directory } from '../../../src/kinds/directory.ts'
import { file } from '../../../src/kinds/file.ts'
import { pkg } from '../../../src/kinds/package.ts'
import { service } from '../../../src/kinds/service.ts'
import { validate } from '../../../src/kinds/validate.ts'
import { missing, unknown } from '../../../src/model/change.ts'
import type { Enactment, Resource, ResourceId } from '../../../src/model/resource.ts'
import { creation, host, made } from './sample.ts'

const run = '20261124T034856Z-3f9a'
const token = 'b1946ac92492d2347c6235b4d2611184'

const packages = ['postfix', 'postfix-mysql'].map((name) => pkg({ name }))
const main = file({
  path: '/etc/postfix/main.cf',
  content: "myhostname = sv1.blue.example\n# it's\n",
  check: sh`postconf -c "$candidate"`,
})
const password = file({
  path: '/etc/postfix/sql.cf',
  content: new Secret('db/postfix', 'clear-password'),
  mode: '0640',
  group: 'postfix',
})
const tree = validate({ root: '/etc/postfix', of: [main, password], run: sh`postfix -c "$tree" check` })
const maps = command({ name: 'build the maps', run: sh`postmap /etc/postfix/x`, inputs: [main] })
const daemon = service({
  unit: 'postfix.service',
  reloadOn: [main, password],
  restartOn: packages,
  health: sh`postfix status`,
})
const small = [...packages, directory({ path: '/etc/postfix/maps' }), main, password, tree, maps, daemon]

function script(resources: readonly Resource[]) {
  const seen = new Map<ResourceId, typeof missing>(
    resources.map(({ id }) => [id, id.startsWith('service') ? unknown('not installed') : missing]),
  )
  const { steps } = planHost(host(...resources), seen)
  return applyScript({ run, role: 'mail', token, steps }).script
}

test('the script of a small role, as people see it', async () => {
  await expect(`${script(small)}\n`).toMatchFileSnapshot('./small-role.sh')
})

test('the secret is on the wire only, and only as base64', () => {
  const clear = Buffer.from('clear-password').toString('base64')
  expect(String(script(small))).not.toContain(clear)
  expect(script(small).revealed()).toContain(clear)
  expect(script(small).revealed()).not.toContain('clear-password')
})

const staged = (target: string): Enactment => ({ sort: 'staged', target, stage: raw(':') })
const batch = (verb: string, word: string): Enactment => ({ sort: 'batch', command: sh`dnf ${verb}`, words: [word] })
const step: Enactment = { sort: 'step', script: raw(':') }
const removal: Enactment = { sort: 'removal', target: '/etc/x', recursive: false }
const check: Enactment = { sort: 'check', root: '/etc/x', script: raw(':') }

function grouped(...enactments: Enactment[]): string[] {
  const enacted = enactments.map((enactment, index) => ({ enactment, index, step: creation(made(`x:${index}`, '')) }))
  return blocks(enacted).map(({ sort, steps }) => `${sort} ${steps.map(({ index }) => index).join(',')}`)
}

test.each<[string, Enactment[], string[]]>([
  ['nothing', [], []],
  ['neighbouring packages with one command', [batch('install', 'a'), batch('install', 'b')], ['batch 0,1']],
  [
    'another command begins another batch',
    [batch('install', 'a'), batch('remove', 'b'), batch('remove', 'c')],
    ['batch 0', 'batch 1,2'],
  ],
  ['neighbouring files and the checks among them', [staged('/a'), check, staged('/b')], ['staged 0,1,2']],
  ['removals stand with the files around them', [staged('/a'), removal, check], ['staged 0,1,2']],
  ['a check alone is a block of its own', [step, check, step], ['step 0', 'staged 1', 'step 2']],
  ['steps stay single', [step, step], ['step 0', 'step 1']],
  [
    'order is kept',
    [batch('install', 'a'), staged('/a'), step, staged('/b'), batch('install', 'b')],
    ['batch 0', 'staged 1', 'step 2', 'staged 3', 'batch 4'],
  ],
])('blocks: %s', (_name, enactments, expected) => {
  expect(grouped(...enactments)).toEqual(expected)
})

test('a batch is one command with all its words', () => {
  const text = String(script([...packages, pkg({ name: 'dovecot' })]))
  expect(text.match(/dnf -y [^;]*/g)).toEqual(['dnf -y -q install postfix postfix-mysql dovecot'])
})

test('every step begins and is done, in order, and the role ends with its mark', () => {
  const text = String(script(small))
  const marks = [...text.matchAll(/^(?:begin|mark done|mark role-done)\b.*$/gm)].map(([mark]) => mark)
  for (const { id } of small) {
    const [begin, done] = [`begin ${id}`, `mark done ${id}`].map((mark) =>
      marks.findIndex((one) => one.replaceAll("'", '') === mark),
    )
    expect([id, begin !== undefined && begin >= 0, (done ?? -1) > (begin ?? 0)]).toEqual([id, true, true])
  }
  expect(marks.at(-1)).toBe('mark role-done')
})

test('checks come before any file goes live, and files go live before the service learns of it', () => {
  const text = String(script(small))
  const order = [
    'postconf -c',
    'postfix -c "$tree" check',
    `./.main.cf.orchestrate-${run} ./main.cf`,
    'postmap',
    'systemctl restart',
  ].map((part) => text.indexOf(part))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(order.every((at) => at > 0)).toBe(true)
})

test('what has to run again after a rollback is known before it runs', () => {
  const text = String(script(small))
  expect(text.indexOf('agains="$agains again_7"')).toBeGreaterThan(0)
  expect(text.indexOf('agains="$agains again_7"')).toBeLessThan(text.indexOf('systemctl -q --no-reload enable postfix'))
})

test('bytes that travel beside the script are named', () => {
  const blob = { name: 'pack', sha256: 'a'.repeat(64), source: { url: 'https://files.example/pack' } }
  const steps = [
    creation(made('archive:/opt/x', '', { enact: { sort: 'step', script: raw('tar'), blobs: [blob] } })),
    creation(made('x:1', '')),
  ]
  expect(applyScript({ run, role: 'web', token, steps }).blobs).toEqual([blob])
})

test('a candidate stands hidden beside its target', () => {
  expect(candidateOf('/etc/postfix/main.cf', run)).toBe(`/etc/postfix/.main.cf.orchestrate-${run}`)
})
