import { createTwoFilesPatch } from 'diff'

/** Unified diff with three lines of context, without the file header; empty when both are equal. */
export function unifiedDiff(from: string, to: string): string {
  if (from === to) return ''
  const patch = createTwoFilesPatch('before', 'after', from, to, undefined, undefined, { context: 3 })
  return patch.slice(patch.indexOf('@@'))
}
