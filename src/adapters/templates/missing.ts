import { readdirSync } from 'node:fs'
import { OrchestrateError } from '../../kernel/errors.ts'
import { nearest } from '../../kernel/near.ts'

/** The error for a template that no root has, with the name that was probably meant. */
export function templateMissing(name: string, roots: readonly string[]): OrchestrateError {
  const names = roots.flatMap(templatesUnder).sort()
  const near = nearest(name, names) ?? names.find((other) => other.endsWith(`/${name}`))
  return new OrchestrateError(`template ${name} does not exist under ${roots.join(', ')}`, {
    code: 'E_TEMPLATE',
    exit: 'usage',
    hint: near ? `did you mean ${near}?` : `there are: ${names.slice(0, 20).join(', ') || 'none'}`,
  })
}

function templatesUnder(root: string): string[] {
  try {
    const entries = readdirSync(root, { recursive: true, encoding: 'utf8' })
    return entries.filter((entry) => entry.endsWith('.ejs'))
  } catch {
    // A root that cannot be read has no names to offer; the error already says where was looked.
    return []
  }
}
