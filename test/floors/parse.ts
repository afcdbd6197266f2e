import { parseSync, visitorKeys } from 'oxc-parser'
import { lineAt, type SourceFile } from './violation.ts'

/** One import, re-export, `import()` or `import('…')` type. */
export interface Import {
  readonly target: string
  readonly line: number
  /** Erased before the program runs. */
  readonly typeOnly: boolean
  readonly names: readonly string[]
}

/** A syntax node as the rules look at it. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** A node with where it hangs. */
export interface Seen {
  readonly node: SyntaxNode
  readonly parent: SyntaxNode | undefined
  readonly key: string
}

/** A parsed file. */
export interface Parsed extends SourceFile {
  readonly imports: readonly Import[]
  readonly nodes: readonly Seen[]
}

/** Parses one TypeScript file; a file that cannot be parsed is an error, never an empty result. */
export function parseFile(file: SourceFile): Parsed {
  const { module, program, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path} cannot be parsed: ${errors[0]?.message}`)
  const nodes = [...walk(program as unknown as SyntaxNode, undefined, '')]
  const exported = module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest, isType, importName }) =>
      moduleRequest ? [{ target: moduleRequest.value, start, typeOnly: isType, names: [importName.name ?? '*'] }] : [],
    ),
  )
  const imported = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    target: moduleRequest.value,
    start,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    names: entries.map(({ importName, localName }) => importName.name ?? localName.value),
  }))
  const imports = [...imported, ...exported, ...nodes.flatMap(inPlace)]
  return { ...file, nodes, imports: imports.map(({ start, ...rest }) => ({ ...rest, line: lineAt(file.text, start) })) }
}

/** Whether a value is a syntax node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** The name of an identifier or the text of a string, else nothing. */
export function wordOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  const word = value.type === 'Identifier' ? value['name'] : value.type === 'Literal' ? value['value'] : undefined
  return typeof word === 'string' ? word : undefined
}

function inPlace({ node }: Seen): { target: string; start: number; typeOnly: boolean; names: string[] }[] {
  if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return []
  const target = wordOf(node['source'])
  return target === undefined
    ? []
    : [{ target, start: node.start, typeOnly: node.type === 'TSImportType', names: ['*'] }]
}

function* walk(node: SyntaxNode, parent: SyntaxNode | undefined, key: string): Generator<Seen> {
  yield { node, parent, key }
  for (const name of visitorKeys[node.type] ?? []) {
    for (const child of [node[name]].flat()) if (isNode(child)) yield* walk(child, node, name)
  }
}
