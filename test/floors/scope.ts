import { isNode, type Parsed, type SyntaxNode, wordOf } from './parse.ts'

/** A stretch of a file in which a name means something of our own. */
interface Binding {
  readonly name: string
  readonly start: number
  readonly end: number
}

const functions = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'])

/** Tells whether a name at a place is bound in the file itself, so that it is not the global of that name. */
export function ownNames({ nodes, text }: Parsed): (name: string, at: number) => boolean {
  const all = nodes.map(({ node }) => node)
  const scopes = all.filter(({ type }) => functions.has(type)).map(rangeOf)
  const bindings = all.flatMap((node): Binding[] => {
    if (functions.has(node.type)) return namesIn(node['params']).map((name) => ({ name, ...rangeOf(node) }))
    if (node.type !== 'VariableDeclarator') return []
    const around = scopes.filter(({ start, end }) => start <= node.start && node.start < end)
    const scope = around.at(-1) ?? { start: 0, end: text.length }
    return namesIn(node['id']).map((name) => ({ name, ...scope }))
  })
  return (name, at) => bindings.some((one) => one.name === name && one.start <= at && at < one.end)
}

function rangeOf(node: SyntaxNode): { start: number; end: number } {
  return { start: node.start, end: Number(node['end']) }
}

function namesIn(pattern: unknown): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap(namesIn)
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
      return [wordOf(pattern) ?? '']
    case 'ObjectPattern':
      return namesIn(pattern['properties'])
    case 'ArrayPattern':
      return namesIn(pattern['elements'])
    case 'Property':
      return namesIn(pattern['value'])
    case 'AssignmentPattern':
      return namesIn(pattern['left'])
    case 'RestElement':
      return namesIn(pattern['argument'])
    default:
      return []
  }
}
