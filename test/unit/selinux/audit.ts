import mail from '../../../playbooks/mail.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { declaredBy } from '../roles/evaluated.ts'
import { booleans, domains, labelRules, portTypes, streams } from './policy.ts'
import { portsInFiles, serviceNames, sockets, type Use, unitDomains, usesOf } from './uses.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const unconfined = ['unconfined_service_t', 'init_t']
/** Sorts of things at a path. */
export type Sort = 'file' | 'directory' | 'link' | 'socket'
type Facts = Readonly<Record<string, unknown>>

/**
 * What SELinux would deny on a host with these vars, and what the tables do not know; empty when all is well. `planted` is
 * declared on top.
 */
export function audit(vars: object, planted: readonly Resource[] = []): string[] {
  const declared = [...declaredBy(roles, vars).flatMap((role) => role.resources), ...planted]
  // What is to be absent is used by nobody.
  const resources = declared.filter(({ wanted }) => wanted === 'present')
  const of = (kind: string) => resources.filter((one) => one.id.startsWith(`${kind}:`)).map(wantOf)
  const label = labeller(of('se-context'))
  // What runs as it was found, or not at all, is no daemon of the declaration.
  const services = of('service').filter(({ state }) => state === 'started')
  const units = services.map(({ unit }) => String(unit))
  const running = new Set([...unconfined, ...units.flatMap((unit) => unitDomains[unit] ?? [])])
  const uses = usesOf({
    storeRoot: String(of('user').find(({ name }) => name === 'mailuser')?.['home']),
    certificates: services.flatMap(({ reloadInputs }) => reloadInputs as string[]),
  })
  const told = new Set<string>()
  for (const unit of units) if (!unitDomains[unit]) told.add(`which domain does ${unit} run in?`)
  const problems = [
    ...placesOf(resources).flatMap(({ path, sort }) => pathProblems(path, sort, { uses, label, running })),
    ...socketProblems(resources, label),
    ...portProblems(resources, running),
    ...toolProblems(resources),
  ]
  return [...new Set([...told, ...problems])].sort()
}

function wantOf(resource: Resource): Facts {
  return resource.want as Facts
}

/** The type of a path as restorecon(8) would set it: the host's own rules, else the most specific of the policy's. */
export function labeller(own: readonly Facts[]): (path: string, sort: Sort) => string {
  const matches = (pattern: string, path: string) => new RegExp(`^(?:${pattern})$`).test(path)
  // As the policy's own sorting goes: a plain path, then the longest plain beginning, then the longest pattern.
  const plain = (pattern: string) => pattern.replaceAll(/\\./g, '_')
  const stem = (pattern: string) => plain(pattern).search(/[.^$?*+|[({]|$/)
  const exact = (pattern: string) => Number(stem(pattern) === plain(pattern).length)
  const rules = labelRules.toSorted(([a], [b]) => exact(b) - exact(a) || stem(b) - stem(a) || b.length - a.length)
  return (path, sort) => {
    const local = own.find(({ pattern }) => matches(String(pattern), path))
    const rule = rules.find(([pattern, , only]) => (!only || only === sort) && matches(pattern, path))
    return String(local?.['type'] ?? rule?.[1])
  }
}

/** Every path that is declared or named in a declared file, with the sort of thing that is there. */
function placesOf(resources: readonly Resource[]): { path: string; sort: Sort }[] {
  const sorts: Readonly<Record<string, Sort>> = {
    file: 'file',
    directory: 'directory',
    archive: 'directory',
    link: 'link',
  }
  const declared = resources.flatMap(({ kind, want }) => {
    const { path, creates, reloadInputs = [], restartInputs = [] } = want as Record<string, string & string[]>
    const sort = sorts[kind.name]
    if (sort) return [{ path: String(path), sort }]
    const inputs = [...(creates ? [creates] : []), ...reloadInputs, ...restartInputs]
    return inputs.map((one) => ({ path: one, sort: 'file' as const }))
  })
  const known = new Map(declared.map((one) => [one.path, one.sort]))
  const named = textsOf(resources).flatMap(({ text }) => pathsIn(text))
  return [...declared, ...named.map((path) => ({ path, sort: known.get(path) ?? ('file' as const) }))]
}

/** Declared files as they are rendered, without comments. */
function textsOf(resources: readonly Resource[]): { path: string; text: string }[] {
  return resources
    .filter(({ kind }) => kind.name === 'file')
    .map((one) => ({
      path: String(wantOf(one)['path']),
      text: String(wantOf(one)['content']).replaceAll(/^\s*(#|;|\/\/).*$/gm, ''),
    }))
}

/** Paths in a text, but for programs, libraries and documents, which packages bring and label. */
function pathsIn(text: string): string[] {
  const roots = 'data|etc|home|mnt|opt|root|run|srv|tmp|var|vmail|usr/local|usr/share/(?!(?:man|doc)\\b)'
  const found = text.matchAll(new RegExp(`(?<![\\w./-])/(?:${roots})(?:/?[\\w.@+-]+)+`, 'g'))
  const runtime = text.matchAll(/^RuntimeDirectory=(\S+)$/gm)
  const paths = [...[...found].map(([path]) => path), ...[...runtime].map(([, name]) => `/run/${name}`)]
  return paths.filter((path) => !sockets.some(([socket]) => socket === path))
}

interface Policy {
  readonly uses: readonly Use[]
  readonly label: ReturnType<typeof labeller>
  /** Domains that something declared runs in. */
  readonly running: ReadonlySet<string>
}

function pathProblems(path: string, sort: Sort, { uses, label, running }: Policy): string[] {
  const mine = uses.filter((use) => new RegExp(`^(?:${use.path})$`).test(path))
  if (mine.length === 0) return [`who uses ${path}?`]
  return mine.flatMap(({ by, needs }) =>
    by
      .filter((domain) => running.has(domain) && !unconfined.includes(domain))
      .flatMap((domain) => [
        ...parentsOf(path)
          .filter((parent) => typesOf(domain, 'closed').includes(label(parent, 'directory')))
          .map((parent) => `${domain} may not search ${parent} (${label(parent, 'directory')})`),
        ...needs
          .filter((need) => sort !== 'directory' || need !== 'map')
          .filter((need) => !typesOf(domain, need).includes(label(path, sort)))
          .filter(
            (need) => sort !== 'directory' || need !== 'read' || typesOf(domain, 'closed').includes(label(path, sort)),
          )
          .map((need) => `${domain} may not ${need} ${path} (${label(path, sort)})`),
        // What a daemon makes in a directory gets the label of the rule for it, at the latest when somebody relabels.
        ...(sort === 'directory' && needs.includes('write')
          ? needs
              .filter((need) => !typesOf(domain, need).includes(label(`${path}/made/by/it`, 'file')))
              .map((need) => `${domain} may not ${need} files below ${path} (${label(`${path}/made/by/it`, 'file')})`)
          : []),
      ]),
  )
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}

function typesOf(domain: string, what: 'read' | 'write' | 'append' | 'map' | 'closed' | 'bind' | 'connect'): string[] {
  const facts = domains[domain]
  if (!facts) throw new Error(`the policy table has no domain ${domain}`)
  return (facts[what] ?? '').split(' ')
}

function socketProblems(resources: readonly Resource[], label: ReturnType<typeof labeller>): string[] {
  const named = textsOf(resources)
    .map(({ text }) => text)
    .join('\n')
  return sockets
    .filter(([path]) => named.includes(path))
    .flatMap(([path, server, clients]) => [
      ...(typesOf(server, 'write').includes(label(path, 'socket')) ? [] : [`${server} may not make ${path}`]),
      ...clients
        .filter((client) => !streams.some(([from, to]) => from === client && to === server))
        .map((client) => `${client} may not connect to ${path} (${server})`),
    ])
}

function portProblems(resources: readonly Resource[], running: ReadonlySet<string>): string[] {
  const own = resources.filter(({ kind }) => kind.name === 'se-port').map(wantOf)
  const on = resources.filter(({ kind }) => kind.name === 'se-boolean').map((one) => String(wantOf(one)['name']))
  const typeOf = (port: number) =>
    portTypes.find(([, first, last = first]) => port >= first && port <= last)?.[0] ?? 'unreserved_port_t'
  const allowed = (domain: string, does: 'bind' | 'connect', type: string) => {
    const types = typesOf(domain, does)
    const byBoolean = booleans.some(([name, who, what]) => on.includes(name) && who === domain && what === type)
    return types.includes('*') || types.includes(type) || (does === 'connect' && byBoolean)
  }
  const told: string[] = []
  const needed = new Set<number>()
  for (const { domain, does, port } of portsOf(resources)) {
    if (unconfined.includes(domain) || !running.has(domain)) continue
    const type = String(own.find((one) => one['port'] === port)?.['type'] ?? typeOf(port))
    if (!allowed(domain, does, type)) told.push(`${domain} may not ${does} port ${port} (${type})`)
    if (!allowed(domain, does, typeOf(port))) needed.add(port)
  }
  const idle = own.filter(({ port }) => !needed.has(Number(port)))
  return [...told, ...idle.map(({ port }) => `port ${port} needs no rule: it is ${typeOf(Number(port))}`)]
}

function portsOf(resources: readonly Resource[]): { domain: string; does: 'bind' | 'connect'; port: number }[] {
  return textsOf(resources).flatMap(({ path, text }) =>
    portsInFiles
      .filter(([file]) => file.test(path))
      .flatMap(([, pattern, does, domain]) =>
        [...text.matchAll(pattern)].map(([, word = '']) => ({
          domain,
          does,
          port: serviceNames[word] ?? Number(word),
        })),
      ),
  )
}

/** semanage is there before the first rule that needs it, and whatever makes a path gives it its label. */
function toolProblems(resources: readonly Resource[]): string[] {
  const ids = resources.map(({ id }) => id)
  const tool = ids.indexOf('package:policycoreutils-python-utils')
  const early = ids.filter((id, index) => /^se-(port|context):/.test(id) && (tool < 0 || tool > index))
  const makers = resources.filter(({ kind }) => ['file', 'directory', 'link', 'archive'].includes(kind.name))
  return [
    ...early.map((id) => `${id} is declared without semanage`),
    ...makers.filter((one) => !relabels(one)).map(({ id }) => `${id} does not restore its label`),
  ]
}

function relabels(resource: Resource): boolean {
  const enacted = resource.enact({ action: 'create', differences: [] }, { signal: undefined, changed: new Set() })
  const script = enacted.sort === 'staged' ? enacted.after : enacted.sort === 'step' ? enacted.script : undefined
  return /\b(restorecon|chcon)\b/.test(String(script ?? ''))
}
