const piece = /'([^']*)'|\\([\s\S])|([A-Za-z0-9_@%+=:,./-]+)|( +)/y

/** Splits one line of shell text into words as POSIX does: blanks, single quotes, backslashes; anything active is refused. */
export function shellWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex
    const found = piece.exec(text)
    if (!found) throw new Error(`${JSON.stringify(text[at])} is active outside quotes`)
    const [, quoted, escaped, plain, blank] = found
    if (blank === undefined) word = (word ?? '') + (quoted ?? escaped ?? plain ?? '')
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}
