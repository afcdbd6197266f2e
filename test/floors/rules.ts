import { floorOf } from './imports.ts'
import { isNode, type Parsed, type SyntaxNode, wordOf } from './parse.ts'
import { lineAt, type SourceFile, type Violation } from './violation.ts'

const longest = 300

/** Files over the limit. */
export function lengthViolations(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => path.startsWith('src/') || path.startsWith('roles/'))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => ({ rule: 'length', path, line: longest, what: `${lines} lines; at most ${longest}` }))
}

/** Clear texts are asked for in kernel/ and adapters/ only. */
export function revealViolations(files: readonly Parsed[]): Violation[] {
  return files
    .filter(({ path }) => !['kernel', 'adapters'].includes(floorOf(path)))
    .flatMap(({ path, text, nodes }) =>
      nodes
        .filter(({ node }) => node.type === 'MemberExpression' && /^reveal(ed)?$/.test(wordOf(node['property']) ?? ''))
        .map(({ node }) => ({
          rule: 'secrets',
          path,
          line: lineAt(text, node.start),
          what: `calls ${wordOf(node['property'])}(); only kernel and adapters may`,
        })),
    )
}

/** Raw output and clear texts in templates. */
export function templateViolations(templates: readonly SourceFile[]): Violation[] {
  return templates.flatMap(({ path, text }) => [
    ...[...text.matchAll(/<%-(?!\s*include\s*\()/g)].map(({ index }) => ({
      rule: 'templates',
      path,
      line: lineAt(text, index),
      what: '<%- is for include(…) only',
    })),
    ...[...text.matchAll(/\.reveal(ed)?\b/g)].map(({ index }) => ({
      rule: 'templates',
      path,
      line: lineAt(text, index),
      what: 'asks for a clear text',
    })),
  ])
}

/** Names that say nothing. */
export function nameViolations(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => /(^|\/)utils?(\.|\/)/.test(path))
    .map(({ path }) => ({ rule: 'names', path, line: 1, what: 'is named utils; name it after what it is for' }))
}

/** Kinds that roles cannot reach. */
export function kindViolations(files: readonly Parsed[]): Violation[] {
  const door = files.find(({ path }) => path === 'src/index.ts')
  const open = new Set(door?.imports.flatMap(({ names }) => names))
  return files
    .filter(({ path }) => floorOf(path) === 'kinds')
    .flatMap(({ path, text, nodes }) =>
      nodes.flatMap(({ node }) => {
        const name = node.type === 'ExportNamedDeclaration' ? definedKind(node['declaration']) : undefined
        if (name === undefined || open.has(name)) return []
        return [
          {
            rule: 'kinds',
            path,
            line: lineAt(text, node.start),
            what: `kind ${name} is not exported from src/index.ts`,
          },
        ]
      }),
    )
}

function definedKind(declaration: unknown): string | undefined {
  const list: unknown = isNode(declaration) ? declaration['declarations'] : undefined
  const [first]: unknown[] = Array.isArray(list) ? list : []
  const made: SyntaxNode | undefined = isNode(first) && isNode(first['init']) ? first['init'] : undefined
  if (!isNode(first) || made?.type !== 'CallExpression' || wordOf(made['callee']) !== 'defineKind') return undefined
  return wordOf(first['id'])
}

/** Error codes and exit codes that the documentation does not explain. */
export function documentationViolations(files: readonly SourceFile[], docs: string): Violation[] {
  const errors = files.find(({ path }) => path === 'src/kernel/errors.ts')
  if (!errors) return []
  const codes = [...errors.text.matchAll(/^ {2}\| '(E_[A-Z_]+)'/gm)].map(({ 1: code = '', index }) => ({
    code: `\`${code}\``,
    index,
  }))
  const exits = [...errors.text.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(({ 2: code = '', index }) => ({
    code: `**${code}**`,
    index,
  }))
  if (codes.length === 0 || exits.length === 0)
    throw new Error('src/kernel/errors.ts lists its codes in another way than this check reads')
  return [...codes, ...exits]
    .filter(({ code }) => !docs.includes(code))
    .map(({ code, index }) => ({
      rule: 'docs',
      path: errors.path,
      line: lineAt(errors.text, index),
      what: `${code} is not explained in docs/exit-codes.md`,
    }))
}

/** Shell templates in which JavaScript would drop a backslash; `sh` refuses them too, but only when they are used. */
export function shellViolations(files: readonly Parsed[]): Violation[] {
  return files.flatMap(({ path, text, nodes }) =>
    nodes.flatMap(({ node, parent }) => {
      if (node.type !== 'TemplateElement' || parent === undefined) return []
      const tagged = nodes.find((other) => other.node === parent)?.parent
      if (tagged?.type !== 'TaggedTemplateExpression' || wordOf(tagged['tag']) !== 'sh') return []
      const lost = /^(?:[^\\]|\\[\\nrt`$])*(\\(?![\\nrt`$]).?)/s.exec(rawOf(node))
      if (!lost) return []
      const line = lineAt(text, node.start + lost[0].length)
      return [{ rule: 'shell', path, line, what: `sh template holds ${lost[1]}; write \\${lost[1]}` }]
    }),
  )
}

function rawOf(element: SyntaxNode): string {
  const { value } = element
  return typeof value === 'object' && value !== null && 'raw' in value ? String(value.raw) : ''
}

const productWords = /postfix|dovecot|dkim|dmarc/i

/** Words of the product in the engine: it knows roles, slots and kinds, and nothing of mail. A comment may name an example. */
export function productViolations(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const [word] = /^\s*(\/\/|\/?\*)/.test(line) ? [] : (productWords.exec(line) ?? [])
        const what = `says ${word}; what is known of mail belongs to the roles`
        return word === undefined ? [] : [{ rule: 'product', path, line: index + 1, what }]
      }),
    )
}
