import type { Script } from '../../../src/kernel/sh.ts'
import { lines, sh } from '../../../src/kernel/sh.ts'
import type { ActiveChange, Change } from '../../../src/model/change.ts'
import type { CompareContext, Enactment, Resource } from '../../../src/model/resource.ts'
import type { KindCase } from './case-files.ts'

/** What a kind makes of a case's probe. */
export function changeOf(resource: Resource, { probed = '', signal }: KindCase): Change {
  const observed = resource.kind.parse(probed, [resource]).get(resource.id)
  if (!observed) throw new TypeError(`${resource.id} was not observed`)
  return resource.compare(observed, context(signal))
}

/** The masked probe of some resources of one kind. */
export function probeText(resources: readonly Resource[]): string {
  return String(probeOf(resources))
}

/** The probe of some resources of one kind, with contents. */
export function probeOf(resources: readonly Resource[]): Script {
  const [first] = resources
  if (!first) throw new TypeError('no resources')
  const { probe, shared } = first.kind
  const questions = shared?.questions(resources) ?? []
  return lines([
    ...(probe ? [probe(resources, { contents: true })] : []),
    ...(shared && questions.length > 0 ? [shared.session.ask(questions)] : []),
    ':',
  ])
}

/** The masked text of what brings a change about. */
export function applyText(resource: Resource, change: ActiveChange, { signal }: Pick<KindCase, 'signal'>): string {
  return String(lines(scriptsOf(resource.enact(change, context(signal)))))
}

/** Every script of an enactment. */
export function scriptsOf(enactment: Enactment): Script[] {
  switch (enactment.sort) {
    case 'step':
      return [enactment.script, ...(enactment.again ? [enactment.again] : [])]
    case 'batch':
      return [sh`${enactment.command} ${enactment.words}`]
    case 'staged':
      return [enactment.stage, enactment.check, enactment.after].filter((script) => script !== undefined)
    case 'removal':
      return [
        sh`remove ${enactment.recursive ? ['-r'] : []} ${enactment.target}`,
        ...(enactment.after ? [enactment.after] : []),
      ]
    case 'check':
      return [enactment.script]
  }
}

/** What the planner would know. */
export function context(signal: KindCase['signal']): CompareContext {
  return { signal, changed: new Set() }
}
