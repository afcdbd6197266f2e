/** A broken rule and the line that breaks it. */
export interface Violation {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly what: string
}

/** A file of the tree: path from the root with `/`, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The line, counted from one, in which a character stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
