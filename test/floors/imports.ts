import { posix } from 'node:path'
import type { Import, Parsed } from './parse.ts'
import type { Violation } from './violation.ts'

/** From top to bottom; a floor imports itself and what stands above it. */
const floors = ['kernel', 'model', 'kinds', 'dsl', 'engine', 'report', 'runtime', 'adapters', 'cli'] as const

/** Floors without I/O, clock and randomness. */
export const pureFloors: ReadonlySet<string> = new Set(['kernel', 'model', 'kinds', 'dsl', 'engine', 'report'])

// Where the order alone would allow too much.
const narrower: Readonly<Record<string, readonly string[]>> = {
  adapters: ['kernel', 'model'],
  engine: ['kernel', 'model', 'dsl'],
}

// The lab is started by the command line but is no part of the published package.
const outside: Readonly<Record<string, string>> = { 'src/cli/lab.ts': 'test/lab/' }

/** Which floor a path stands on: `kernel` … `cli`, `door` for src/index.ts, or the top folder of what is not in src. */
export function floorOf(path: string): string {
  if (path === 'src/index.ts') return 'door'
  const [top = '', next = ''] = path.split('/')
  return top === 'src' ? next : top
}

/** The file an import leads to, seen from the root; nothing for packages. */
export function resolved(from: string, { target }: Import): string | undefined {
  if (target === '#orchestrate') return 'src/index.ts'
  return target.startsWith('.') ? posix.join(posix.dirname(from), target) : undefined
}

/** Imports that go down or past the door. */
export function importViolations(files: readonly Parsed[]): Violation[] {
  return files.flatMap((file) =>
    file.imports.flatMap((one): Violation[] => {
      const target = resolved(file.path, one)
      const refused = target === undefined ? undefined : reasonAgainst(file.path, target, one)
      return refused
        ? [{ rule: 'floors', path: file.path, line: one.line, what: `imports ${one.target}: ${refused}` }]
        : []
    }),
  )
}

function reasonAgainst(path: string, target: string, one: Import): string | undefined {
  return floorOf(path) !== 'door' && !path.startsWith('src/')
    ? againstOutside(path, target, one)
    : againstInside(path, target)
}

function againstInside(path: string, target: string): string | undefined {
  const from = floorOf(path)
  if (!target.startsWith('src/')) return target.startsWith(outside[path] ?? '\0') ? undefined : 'src stands alone'
  const to = floorOf(target)
  if (from === 'door') return pureFloors.has(to) ? undefined : 'the door opens on pure floors only'
  if (to === 'door') return 'the door is for roles, inventories and playbooks'
  const order: readonly string[] = floors
  if (!order.includes(from)) return `src/${from} is no floor`
  const allowed = narrower[from] ?? order.slice(0, order.indexOf(from))
  return to === from || allowed.includes(to)
    ? undefined
    : `${from} may import ${allowed.join(', ') || 'nothing of ours'}`
}

function againstOutside(path: string, target: string, one: Import): string | undefined {
  if (target.startsWith('src/')) {
    return one.target === '#orchestrate' ? undefined : 'src is reached through #orchestrate only'
  }
  const other = roleOf(target)
  if (path.startsWith('roles/') && other !== undefined && other !== roleOf(path))
    return `only role ${other} itself; roles meet in slots, and share roles/vars and roles/lib`
  const reach: Readonly<Record<string, readonly string[]>> = {
    roles: ['roles'],
    playbooks: ['roles', 'playbooks'],
    inventories: ['roles', 'playbooks', 'inventories'],
  }
  return reach[floorOf(path)]?.includes(floorOf(target))
    ? undefined
    : `${floorOf(path)} may not import ${floorOf(target)}`
}

// Any folder of roles/ is a role's own, but for those that are there for all of them.
function roleOf(path: string): string | undefined {
  const [, folder] = /^roles\/([^/]+)\//.exec(path) ?? []
  return folder === 'vars' || folder === 'lib' ? undefined : folder
}
