import type { z } from 'zod'

/** Refuses entries that repeat an earlier one, each at its own place; `property` is what tells entries apart. */
export function once<Entry>(what: string, property?: keyof Entry & string) {
  const keyOf = (entry: Entry): unknown => (property === undefined ? entry : entry[property])
  return (list: readonly Entry[], context: z.core.$RefinementCtx): void => {
    const keys = list.map(keyOf)
    keys.forEach((key, index) => {
      if (keys.indexOf(key) === index) return
      const path = property === undefined ? [index] : [index, property]
      context.addIssue({ code: 'custom', path, message: `every ${what} once` })
    })
  }
}
