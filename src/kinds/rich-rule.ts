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
