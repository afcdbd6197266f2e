import { isSecretReference } from './secret-reference.ts'

/** Lays `over` onto `under`: plain objects are merged key by key, everything else (lists too) is replaced. */
export function mergeVars(under: unknown, over: unknown): unknown {
  if (over === undefined) return under
  if (!isPlain(under) || !isPlain(over)) return over
  const keys = new Set([...Object.keys(under), ...Object.keys(over)])
  return Object.fromEntries([...keys].map((key) => [key, mergeVars(under[key], over[key])]))
}

/** Whether a value is an object whose keys can be merged. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isSecretReference(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
