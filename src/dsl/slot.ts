/** A slot whatever its type: what role order is made from. */
export interface AnySlot {
  readonly name: string
  /** Which side must be in place first; this is what puts roles in order. */
  readonly first: 'providers' | 'collectors'
}

/** A typed meeting point between roles: some provide values, others collect them, and neither knows the other. */
export interface Slot<Value> extends AnySlot {
  /** Makes one provided value. */
  (value: Value): Provided<Value>
}

/** A value on its way into a slot; made only by calling the slot, so its type is the slot's. */
export interface Provided<Value = unknown> {
  readonly slot: AnySlot
  readonly value: Value
}

/** Declares a slot, e.g. `slot<Milter>('milters', { first: 'providers' })`. */
export function slot<Value>(name: string, { first }: { readonly first: AnySlot['first'] }): Slot<Value> {
  const make = (value: Value): Provided<Value> => ({ slot: self, value })
  // A function's own `name` cannot be assigned to, only defined.
  const self = Object.defineProperty(Object.assign(make, { first }), 'name', { value: name }) as Slot<Value>
  return self
}
