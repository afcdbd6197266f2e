/** The selector that a scheme such as `sYYYYMM` gives at a moment (seconds, UTC); a letter follows where it is taken. */
export function nextSelector(scheme: string, at: number, taken: ReadonlySet<string>): string {
  const [year = '', month = ''] = new Date(at * 1_000).toISOString().split('-')
  const plain = scheme.replace('YYYY', year).replace('MM', month)
  const names = ['', ...'abcdefghijklmnopqrstuvwxyz'].map((letter) => plain + letter)
  return names.find((name) => !taken.has(name)) ?? plain
}
