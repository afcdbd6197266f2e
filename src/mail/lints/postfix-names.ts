import type { Problem } from '../../kernel/errors.ts'
import { mainCf, masterCf, type Setting } from './postfix-config.ts'
import { newerParameters } from './postfix-newer.ts'
import { postfixParameters, transportSuffixes } from './postfix-parameters.ts'
import { unknownName } from './problem.ts'

/**
 * Parameters of main.cf that Postfix 3.5 does not know. Postfix itself only warns of "unused parameter" and exits 0.
 * A name that another value refers to as `$name`, in either file, is one's own and allowed.
 */
export function mainCfNameProblems(text: string, master = '', file = 'main.cf'): Problem[] {
  const settings = mainCf(text, file)
  const options = masterCf(master, '').flatMap((service) => service.options)
  return nameProblems(settings, new Set([...settings, ...options].flatMap(({ value }) => references(value))))
}

/** The same for the `-o` overrides of master.cf; `main` is the main.cf that goes with it. */
export function masterCfNameProblems(text: string, main = '', file = 'master.cf'): Problem[] {
  const services = masterCf(text, file)
  const options = services.flatMap((service) => service.options)
  const values = [...mainCf(main, ''), ...options].flatMap(({ value }) => references(value))
  return nameProblems(options, new Set([...values, ...mainCf(main, '').map(({ name }) => name)]))
}

/** Values that only a Postfix after 3.5 understands. */
export function newerValueProblems(
  main: string,
  master = '',
  files = { main: 'main.cf', master: 'master.cf' },
): Problem[] {
  const options = masterCf(master, files.master).flatMap((service) => service.options)
  return [...mainCf(main, files.main), ...options].flatMap(({ name, value, place }) => {
    if (name === 'compatibility_level' && Number(value) !== 2) {
      return [{ place: `${place} ${name}`, found: value, allowed: '2: Postfix 3.5 takes whole numbers up to 2' }]
    }
    if (/_tls_(mandatory_)?protocols$/.test(name) && value.includes('=')) {
      const allowed = '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1: bounds such as >=TLSv1.2 came with Postfix 3.6'
      return [{ place: `${place} ${name}`, found: value, allowed }]
    }
    return []
  })
}

function nameProblems(settings: readonly Setting[], own: ReadonlySet<string>): Problem[] {
  return settings.flatMap(({ name, place }) => {
    const release = newerParameters.get(name)
    if (release) {
      return [{ place, found: `${name}, which came with Postfix ${release}`, allowed: 'parameters of Postfix 3.5' }]
    }
    if (isKnown(name) || own.has(name)) return []
    return [unknownName(place, 'parameter', name, postfixParameters)]
  })
}

function isKnown(name: string): boolean {
  return postfixParameters.has(name) || transportSuffixes.some((end) => name.length > end.length && name.endsWith(end))
}

function references(value: string): string[] {
  return [...value.matchAll(/\$[({]?([A-Za-z0-9_]+)/g)].map(([, name]) => name ?? '')
}
