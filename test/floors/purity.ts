import { floorOf, pureFloors } from './imports.ts'
import { isNode, type Parsed, type Seen, wordOf } from './parse.ts'
import { ownNames } from './scope.ts'
import { lineAt, type Violation } from './violation.ts'

const builtins = new Set(['node:crypto', 'node:path', 'node:util'])
const packages = new Set(['zod', 'diff', 'tldts', 'ipaddr.js', 'bcryptjs', 'mailauth'])
const randomness = /^(random|generateKey|webcrypto|getRandom)/
const globals = new Set([
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'console',
  'crypto',
])

/** I/O, clock or randomness on a pure floor or in a role. */
export function purityViolations(files: readonly Parsed[]): Violation[] {
  return files
    .filter(({ path }) => path.startsWith('roles/') || (path.startsWith('src/') && pureFloors.has(floorOf(path))))
    .flatMap((file) => [...impureImports(file), ...impureWords(file)])
}

function impureWords(file: Parsed): Violation[] {
  const own = ownNames(file)
  return file.nodes.flatMap((seen) => {
    const what = impure(seen)
    if (what === undefined || own(what, seen.node.start)) return []
    return [{ rule: 'pure', path: file.path, line: lineAt(file.text, seen.node.start), what: `uses ${what}` }]
  })
}

function impureImports({ path, imports }: Parsed): Violation[] {
  return imports.flatMap(({ target, line, names, typeOnly }) => {
    if (typeOnly || target.startsWith('.') || target.startsWith('#')) return []
    const random = target === 'node:crypto' ? names.filter((name) => randomness.test(name) || name === '*') : []
    if (random.length > 0) return [{ rule: 'pure', path, line, what: `imports ${random.join(', ')} of node:crypto` }]
    if (builtins.has(target) || packages.has(target)) return []
    return [
      {
        rule: 'pure',
        path,
        line,
        what: `imports ${target}; pure floors take ${[...builtins, ...packages].join(', ')}`,
      },
    ]
  })
}

function impure({ node, parent, key }: Seen): string | undefined {
  if (node.type === 'MemberExpression') {
    const name = `${wordOf(node['object'])}.${wordOf(node['property'])}`
    return name === 'Date.now' || /\.(random|genSalt)\w*$/.test(name) ? name : undefined
  }
  if (node.type === 'NewExpression' && wordOf(node['callee']) === 'Date') {
    return Array.isArray(node['arguments']) && node['arguments'].length === 0 ? 'new Date()' : undefined
  }
  const name = node.type === 'Identifier' ? wordOf(node) : undefined
  return name !== undefined && globals.has(name) && isReference(parent, key) ? name : undefined
}

// The same word as a property or as the name of something of our own is innocent.
function isReference(parent: Seen['parent'], key: string): boolean {
  if (!isNode(parent)) return false
  if (parent.type === 'MemberExpression') return key === 'object' || parent['computed'] === true
  if (parent.type === 'Property') return key === 'value' || parent['computed'] === true
  return /Expression$|Statement$|Declarator$|SpreadElement|TemplateLiteral/.test(parent.type) && key !== 'id'
}
