import type { Problem } from '#orchestrate'
import { configLines, unknownName } from '../lib/config-lines.ts'

/** What PostSRSd 1.12's launcher reads from /etc/default/postsrsd. */
const variables = new Set([
  'SRS_DOMAIN',
  'SRS_EXCLUDE_DOMAINS',
  'SRS_SEPARATOR',
  'SRS_SECRET',
  'SRS_HASHLENGTH',
  'SRS_HASHMIN',
  'SRS_FORWARD_PORT',
  'SRS_REVERSE_PORT',
  'SRS_LISTEN_ADDR',
  'SRS_EXTRA_OPTIONS',
  'RUN_AS',
  'CHROOT',
])

/** Variables that PostSRSd 1.12 does not read, settings of PostSRSd 2, commands in values, and missing exclusions. */
export function postsrsdProblems(text: string, own: readonly string[] = [], file = '/etc/default/postsrsd'): Problem[] {
  const assignments = configLines(text).flatMap(({ line, text }) => {
    const [, name = '', value = ''] = /^(?:export\s+)?([A-Za-z_0-9]+)=(.*)$/.exec(text) ?? []
    return [{ place: `${file}:${line}`, text, name, value: value.replace(/^(["'])(.*)\1$/, '$2') }]
  })
  const problems = assignments.flatMap(({ place, text, name, value }): Problem[] => [
    ...(variables.has(name) ? [] : [nameProblem(place, text, name)]),
    ...(/\$\(|`/.test(value)
      ? [{ place, found: `a command in ${name}`, allowed: 'the literal list: commands are not allowed here' }]
      : []),
  ])
  const excluded = assignments.find(({ name }) => name === 'SRS_EXCLUDE_DOMAINS')
  if (excluded === undefined || /\$\(|`/.test(excluded.value)) return problems
  return [...problems, ...exclusionProblems(excluded.value, own, `${excluded.place} SRS_EXCLUDE_DOMAINS`)]
}

// `srs-domain = "…"` and its like are the configuration of PostSRSd 2; to the launcher of 1.12 they are commands.
function nameProblem(place: string, text: string, name: string): Problem {
  if (name !== '') return unknownName(place, 'variable', name, variables)
  const later = /^[a-z-]+\s*=/.test(text) ? ', a setting of PostSRSd 2' : ''
  return { place, found: `${text}${later}`, allowed: 'NAME=VALUE, a variable of PostSRSd 1.12' }
}

function exclusionProblems(value: string, own: readonly string[], place: string): Problem[] {
  const listed = value.split(/[\s,;]+/)
  return own
    .filter((domain) => !listed.some((one) => one === domain || (one.startsWith('.') && domain.endsWith(one))))
    .map((domain) => ({
      place,
      found: `${domain} missing`,
      allowed: `${own.join(', ')}: senders of these domains are not rewritten`,
    }))
}
