import { expect, test } from 'vitest'
import { planHost } from '../../../src/engine/planner.ts'
import { sha256 } from '../../../src/kernel/secret.ts'
import { raw } from '../../../src/kernel/sh.ts'
import { command } from '../../../src/kinds/command.ts'
import { file } from '../../../src/kinds/file.ts'
import { service } from '../../../src/kinds/service.ts'
import { validate } from '../../../src/kinds/validate.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { spelled } from '../../../src/report/words.ts'
import { host } from './sample.ts'

const path = '/etc/postfix/main.cf'
const declared = sha256('declared\n')
const byHand = sha256('by hand\n')

const main = file({ path, content: 'declared\n' })
const checked = validate({ root: '/etc/postfix', of: [main], run: raw('postfix check') })
const index = command({ name: 'index', inputs: [main], run: raw('postmap') })
const postfix = service({ unit: 'postfix.service', reloadOn: [main], reloadInputs: ['/etc/pki/key.pem'] })
const role = [main, checked, index, postfix]

/** The plan where the file, the loaded record of command and service, and a watched key are as told. */
function plan({ live = declared, loaded = declared, mode = '644', key = 'aa' }) {
  const state = `path\tf\t${mode}\troot\troot\t?\t\t${path}\n${live}  ${path}\n`
  const unit = `Names=postfix.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled
ActiveEnterTimestamp=Tue 2026-11-24 04:11:41.391556 UTC
InvocationID=abc

input 1795500000.1 ${path}
input 1795500000.1 /etc/pki/key.pem
loaded ${live}  ${path}
loaded ${key}  /etc/pki/key.pem
record command-index:file:${path} ${loaded}
record postfix.service:file:${path} ${loaded}
record postfix.service:file:/etc/pki/key.pem aa
record postfix.service:invocation abc
`
  const printed: Record<string, string> = { file: state, service: unit, command: unit, validate: '' }
  const seen = new Map(
    role.flatMap((resource: Resource) => [...resource.kind.parse(printed[resource.kind.name] ?? '', [resource])]),
  )
  return planHost(host(...role), seen).steps.map(({ resource, change, consequence }) => {
    const [first] = 'differences' in change ? change.differences : []
    return `${consequence ? 'follows' : 'differs'} ${resource.id}: ${first ? spelled(first).what : ''} ${first ? spelled(first).from : ''}`
  })
}

test('a watched file that somebody edits is one difference, whatever has to run because of it', () => {
  expect(plan({ live: byHand })).toEqual([
    `differs file:${path}: content fingerprint ${byHand.slice(0, 8)}`,
    'follows validate:/etc/postfix: candidates unchecked',
    'follows command:index: inputs change in this plan',
    'follows service:postfix.service: reload its inputs change',
  ])
})

test('a file as declared that its readers have not loaded is their own difference', () => {
  expect(plan({ loaded: byHand })).toEqual([
    `differs command:index: inputs not run since ${path} changed`,
    `differs service:postfix.service: reload has not loaded ${path}`,
  ])
})

test('a changed mode explains no content that was not loaded', () => {
  expect(plan({ mode: '600', loaded: byHand })).toEqual([
    `differs file:${path}: mode 0600`,
    `differs command:index: inputs not run since ${path} changed`,
    `differs service:postfix.service: reload has not loaded ${path}`,
  ])
})

test('what nobody here manages stays a difference of the service beside an edited file', () => {
  expect(plan({ live: byHand, key: 'bb' })).toEqual([
    `differs file:${path}: content fingerprint ${byHand.slice(0, 8)}`,
    'follows validate:/etc/postfix: candidates unchecked',
    'follows command:index: inputs change in this plan',
    'differs service:postfix.service: reload has not loaded /etc/pki/key.pem',
  ])
})
