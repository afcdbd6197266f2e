/** What a zone lets in. */
export interface ZoneSettings {
  readonly services: readonly string[]
  readonly ports: readonly string[]
  readonly rules: readonly string[]
}

/** Settings of a zone from a D-Bus reply (`getSettings2` as JSON) or from what `--list-all` prints; undefined if it is neither. */
export function parseSettings(text: string): ZoneSettings | undefined {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromList(text)
}

function fromJson(text: string): ZoneSettings | undefined {
  const settings = dig(parsed(text), 'data', 0)
  if (typeof settings !== 'object' || settings === null) return undefined
  const strings = (name: string) => list(dig(settings, name, 'data')).filter((one) => typeof one === 'string')
  const ports = list(dig(settings, 'ports', 'data')).map((port) => list(port).join('/'))
  return sorted(strings('services'), ports, strings('rules_str'))
}

function fromList(text: string): ZoneSettings | undefined {
  const words = (name: string) => new RegExp(`^  ${name}: ?(.*)$`, 'm').exec(text)?.[1]?.split(' ').filter(Boolean)
  const [services, ports] = [words('services'), words('ports')]
  if (!services || !ports) return undefined
  return sorted(
    services,
    ports,
    [...text.matchAll(/^\t(rule .*)$/gm)].map(([, rule]) => rule ?? ''),
  )
}

function sorted(services: string[], ports: string[], rules: string[]): ZoneSettings {
  return {
    services: services.toSorted(),
    ports: ports.toSorted(),
    rules: rules.map((rule) => canonicalRule(rule) ?? rule).toSorted(),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  )
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

// The order in which firewalld prints the attributes of an element.
const order = [
  'priority',
  'family',
  'address',
  'mac',
  'ipset',
  'invert',
  'name',
  'port',
  'protocol',
  'to-port',
  'to-addr',
  'value',
  'prefix',
  'level',
  'group',
  'threshold',
  'queue-size',
  'type',
  'set',
]

/** A rich rule as firewalld itself spells it; undefined if it does not look like one. */
export function canonicalRule(text: string): string | undefined {
  const words = text.match(/[a-z-]+=(?:"[^"]*"|'[^']*'|[^\s"']+)|[A-Za-z-]+|\S/g) ?? []
  const elements: { name: string; attributes: { name: string; value: string }[] }[] = []
  for (const word of words) {
    const [, name, value] = /^([a-z-]+)=(.+)$/.exec(word) ?? []
    if (name === undefined || value === undefined) elements.push({ name: word, attributes: [] })
    else if (!order.includes(name) || elements.length === 0) return undefined
    else elements.at(-1)?.attributes.push({ name, value: value.replace(/^(["'])(.*)\1$/, '$2') })
  }
  if (elements[0]?.name !== 'rule' || elements.some(({ name }) => !/^[A-Za-z-]+$/.test(name))) return undefined
  return elements.map(spell).join(' ')
}

// `source NOT address=…` keeps its NOT: as an element without attributes it swallows those that follow.
function spell({ name, attributes }: { name: string; attributes: { name: string; value: string }[] }): string {
  const sorted = attributes.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return [name.toLowerCase() === 'not' ? 'NOT' : name, ...sorted.map((one) => `${one.name}="${one.value}"`)].join(' ')
}
