import { OrchestrateError } from '../../kernel/errors.ts'

/** A mistake found while a template runs; it becomes an E_TEMPLATE with the template's name and line. */
export class TemplateFault extends Error {
  readonly hint: string
  /** The finished error of an included template, which must not get a second line number. */
  readonly inner: OrchestrateError | undefined

  constructor(message: string, cause: string | OrchestrateError) {
    super(message)
    this.hint = typeof cause === 'string' ? cause : ''
    this.inner = typeof cause === 'string' ? undefined : cause
  }
}

const rawTag = /<%-([\s\S]*?)%>/g

/** Output that skips our checks is refused: `<%-` may only bring in another template. */
export function refuseRawOutput(name: string, source: string): void {
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
