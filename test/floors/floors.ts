import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cycleViolations } from './cycles.ts'
import { importViolations } from './imports.ts'
import { parseFile } from './parse.ts'
import { purityViolations } from './purity.ts'
import {
  documentationViolations,
  kindViolations,
  lengthViolations,
  nameViolations,
  productViolations,
  revealViolations,
  shellViolations,
  templateViolations,
} from './rules.ts'
import type { SourceFile, Violation } from './violation.ts'

/** What is checked. */
export interface Tree {
  readonly sources: readonly SourceFile[]
  readonly templates: readonly SourceFile[]
  readonly exitCodes: string
}

/** Everything in a tree that breaks the architecture; `atLeast` guards against a check that sees nothing. */
export function check({ sources, templates, exitCodes }: Tree, atLeast: number): Violation[] {
  if (sources.length < atLeast)
    throw new Error(`only ${sources.length} files were seen, at least ${atLeast} are expected`)
  const files = sources.map(parseFile)
  return [
    ...importViolations(files),
    ...cycleViolations(files),
    ...purityViolations(files),
    ...lengthViolations(files),
    ...revealViolations(files),
    ...shellViolations(files),
    ...templateViolations(templates),
    ...productViolations(files),
    ...nameViolations([...files, ...templates]),
    ...kindViolations(files),
    ...documentationViolations(files, exitCodes),
  ]
}

/** Reads what is checked from a checkout. */
export function readTree(root: string): Tree {
  const docs = join(root, 'docs', 'exit-codes.md')
  return {
    sources: ['src', 'roles', 'playbooks', 'inventories'].flatMap((folder) => filesUnder(root, folder, '.ts')),
    templates: filesUnder(root, 'templates', '.ejs'),
    exitCodes: existsSync(docs) ? readFileSync(docs, 'utf8') : '',
  }
}

function filesUnder(root: string, folder: string, ending: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function main(): void {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const tree = readTree(root)
  const violations = check(tree, 100)
  for (const { rule, path, line, what } of violations) process.stderr.write(`${path}:${line}  [${rule}] ${what}\n`)
  process.stdout.write(
    `floors: ${tree.sources.length} sources and ${tree.templates.length} templates, ${violations.length} violations\n`,
  )
  process.exitCode = violations.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
