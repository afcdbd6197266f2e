/** A promise that somebody else ends, once; later calls change nothing. */
export class Latch {
  readonly promise: Promise<void>
  readonly #resolve: () => void
  readonly #reject: (reason: Error) => void
  #over = false

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    // A row that was never begun has nobody to catch its failure.
    promise.catch(() => {})
  }

  get over(): boolean {
    return this.#over
  }

  open(): void {
    this.#over = true
    this.#resolve()
  }

  fail(reason: string): void {
    this.#over = true
    this.#reject(new Error(reason))
  }
}
