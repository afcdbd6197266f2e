import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { ActiveChange } from '../../../src/model/change.ts'
import { cases } from './case-files.ts'
import { changeOf, context, probeOf, scriptsOf } from './case-run.ts'
import { declare } from './registry.ts'

test('every script of every case is shell, also where nothing could be seen', () => {
  const maybe: ActiveChange = { action: 'maybe', because: 'not seen' }
  const scripts = cases.flatMap((one) => {
    const resource = declare(one.kind, one.want, one.absent)
    if (resource.problems.length > 0) return []
    const change = changeOf(resource, one)
    const changes = change.action === 'keep' ? [maybe] : [change, maybe]
    const applied = changes.flatMap((each) => scriptsOf(resource.enact(each, context(one.signal))))
    return [probeOf([resource]), ...applied].map((script) => script.revealed())
  })
  const disarms = cases.flatMap((one) => declare(one.kind, one.want, one.absent).reach?.disarm.revealed() ?? [])
  const text = [...scripts, ...disarms].map((script, index) => `script_${index}() {\n${script}\n}`).join('\n')

  const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })

  expect(stderr).toBe('')
  expect(status).toBe(0)
})
