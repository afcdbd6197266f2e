const octetsPerString = 255

/** A TXT value as the strings that carry it: each of at most 255 octets, receivers join them with nothing between (RFC 1035, 3.3.14). */
export function txtStrings(value: string): string[] {
  const strings: string[] = []
  let current = ''
  let octets = 0
  for (const character of value) {
    const length = Buffer.byteLength(character)
    if (octets + length > octetsPerString) {
      strings.push(current)
      current = ''
      octets = 0
    }
    current += character
    octets += length
  }
  return [...strings, current]
}

/** The strings as a zone file spells them: quoted, `"` and `\` escaped, other than printable ASCII as \DDD (RFC 1035, 5.1). */
export function txtPresentation(value: string): string {
  return txtStrings(value).map(quoted).join(' ')
}

function quoted(chunk: string): string {
  const text = [...Buffer.from(chunk)].map((octet) => {
    if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`
    return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`
  })
  return `"${text.join('')}"`
}

/** The `tag=value` pairs of a TXT value (RFC 6376, 3.2), blanks around them dropped. */
export function tags(value: string): Map<string, string> {
  return new Map(
    value
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=')
        return at < 0 ? ([part, ''] as const) : ([part.slice(0, at).trim(), part.slice(at + 1).trim()] as const)
      }),
  )
}
