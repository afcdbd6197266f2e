const names: Readonly<Record<string, string>> = { '\b': '\\b', '\f': '\\f', '\r': '\\r', '\v': '\\v' }

// C0 but tab and newline, DEL, C1 (ECMA-48), and the characters that reverse the direction of text (UAX #9).
const unprintable = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/**
 * Text from a host, a file or a server as it may be written to a terminal: control characters are shown escaped (`\x1b`), so
 * that they cannot move the cursor, change colours or set the title. Newlines and tabs stay, CRLF becomes LF.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unprintable, (character) => names[character] ?? escaped(character))
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
}
