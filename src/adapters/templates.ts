import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import ejs from 'ejs'
import { OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import type { Text } from '../kernel/text.ts'
import { messageOf, systemCode } from './system-error.ts'
import { guarded, type Locals, SecretMarks, TemplateFault } from './template-values.ts'

/** Renders one template by its name under the roots; secrets among the locals stay hidden in the result. */
export type TemplateRenderer = (name: string, locals: Locals) => Text

/** Makes a renderer over template folders; the first folder that has the name wins, and each template is compiled once. */
export function templateRenderer(roots: readonly string[]): TemplateRenderer {
  const rendering = new Rendering(roots)
  return (name, locals) => rendering.top(name, locals)
}

type Compiled = (locals: object) => string

class Rendering {
  readonly #roots: readonly string[]
  readonly #compiled = new Map<string, Compiled>()
  // Rendering is synchronous, so the marks of the current rendering can be a field; `top` restores it when it is re-entered.
  #marks = new SecretMarks()

  constructor(roots: readonly string[]) {
    this.#roots = roots
  }

  top(name: string, locals: Locals): Text {
    const outer = this.#marks
    this.#marks = new SecretMarks()
    try {
      return this.#marks.fill(name, this.#render(name, locals))
    } finally {
      this.#marks = outer
    }
  }

  #render(name: string, locals: Locals): string {
    const include = (included: string, more: Locals = {}) => this.#included(included, { ...locals, ...more })
    try {
      return this.#template(name)(guarded(locals, { include }))
    } catch (error) {
      throw failure(name, error)
    }
  }

  // The outer template's own error handling would add its line to the message: the inner error travels inside a fault.
  #included(name: string, locals: Locals): string {
    try {
      return this.#render(name, locals)
    } catch (error) {
      throw OrchestrateError.is(error) ? new TemplateFault(error.message, error) : error
    }
  }

  #template(name: string): Compiled {
    const known = this.#compiled.get(name)
    if (known) return known
    const source = this.#read(name)
    refuseRawOutput(name, source)
    const made = compile(name, source, (value) => this.#marks.escape(value))
    this.#compiled.set(name, made)
    return made
  }

  #read(name: string): string {
    const inside = normalize(name)
    if (inside.startsWith('..') || inside.startsWith('/')) throw templateMissing(name, this.#roots)
    for (const root of this.#roots) {
      for (const file of [inside, `${inside}.ejs`]) {
        try {
          return readFileSync(join(root, file), 'utf8')
        } catch (error) {
          if (!['ENOENT', 'EISDIR', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error
        }
      }
    }
    throw templateMissing(name, this.#roots)
  }
}

function compile(name: string, source: string, write: (value: unknown) => string): Compiled {
  const options = {
    filename: name,
    strict: true,
    localsName: 'it',
    escape: write,
    // Shadows ejs's own include, which would hand a bare copy of the locals on.
    destructuredLocals: ['include'],
    // Without it ejs copies the locals into a bare object, and a misspelt name is `undefined` instead of an error.
    unsafePrototypeLocals: true,
  }
  try {
    return ejs.compile(source, options)
  } catch (error) {
    const [reason = ''] = messageOf(error).split('\n')
    throw fault(`template ${name} is not valid: ${reason}`, 'correct the JavaScript between <% and %>', error)
  }
}

function failure(name: string, error: unknown): unknown {
  if (error instanceof TemplateFault && error.inner) return error.inner
  if (OrchestrateError.is(error) || !(error instanceof Error)) return error
  const line = /^[^\n]*:(\d+)\n/.exec(error.message)?.[1]
  // The reason follows the first blank line of what ejs makes of the message: file and line, excerpt, blank line, reason.
  const reason = line === undefined ? error.message : error.message.slice(error.message.indexOf('\n\n') + 2)
  const hint = error instanceof TemplateFault ? error.hint : 'correct the template or what the role gives to it'
  return fault(`template ${name}${line === undefined ? '' : `, line ${line}`}: ${reason}`, hint, error)
}

function fault(message: string, hint: string, cause: unknown): OrchestrateError {
  return new OrchestrateError(message, { code: 'E_TEMPLATE', exit: 'usage', hint, cause })
}

const rawTag = /<%-([\s\S]*?)%>/g

/** Output that skips our checks is refused: `<%-` may only bring in another template. */
function refuseRawOutput(name: string, source: string): void {
  for (const { 1: code = '', index } of source.matchAll(rawTag)) {
    if (/^\s*include\s*\([\s\S]*\)\s*;?\s*[-_]?$/.test(code)) continue
    const line = source.slice(0, index).split('\n').length
    throw new OrchestrateError(`template ${name}, line ${line}: <%- is for include(…) only, found <%-${code}%>`, {
      code: 'E_TEMPLATE',
      exit: 'usage',
      hint: 'write <%= … %>; nothing is escaped there, and secrets stay hidden',
    })
  }
}

/** The error for a template that no root has, with the name that was probably meant. */
function templateMissing(name: string, roots: readonly string[]): OrchestrateError {
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
    // A root that cannot be read has no names to suggest; the error names the roots.
    return []
  }
}
