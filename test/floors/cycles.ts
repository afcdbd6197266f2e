import { resolved } from './imports.ts'
import type { Parsed } from './parse.ts'
import type { Violation } from './violation.ts'

/** Circles of imports, each told once; imports of types alone are erased and cannot hurt. */
export function cycleViolations(files: readonly Parsed[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const trail: string[] = []
  const found: Violation[] = []

  const visit = (path: string) => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const circle = [...trail.slice(at), path]
      found.push({ rule: 'cycle', path, line: 1, what: `imports itself: ${circle.join(' → ')}` })
    }
    if (at >= 0 || done.has(path)) return
    trail.push(path)
    for (const one of byPath.get(path)?.imports ?? []) {
      const target = one.typeOnly ? undefined : resolved(path, one)
      if (target) visit(target)
    }
    trail.pop()
    done.add(path)
  }

  for (const { path } of files) visit(path)
  return found
}
