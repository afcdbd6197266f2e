/** Prints what is being done and how long it took, on stderr. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
  try {
    const result = await work()
    process.stderr.write(`lab: ${what} (${seconds()} s)\n`)
    return result
  } catch (error) {
    process.stderr.write(`lab: ${what}: failed after ${seconds()} s\n`)
    throw error
  }
}
