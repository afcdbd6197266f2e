import type { Secret } from './secret.ts'

/** Shorter texts are left alone: they would hide ordinary words. */
const shortest = 4
/** A piece of this many characters already counts as the secret: logs are cut, and servers quote only a beginning. */
const piece = 8

/** Replaces secrets, and pieces of them, in foreign output (a daemon's error text) by their labels. */
export function masker(secrets: readonly Secret[]): (text: string) => string {
  const known = [...new Set(secrets)]
    .map((secret) => ({ label: String(secret), text: secret.reveal() }))
    .filter(({ text }) => text.length >= shortest)
    .sort((a, b) => b.text.length - a.text.length)
  const pieces = new Map(
    known.toReversed().flatMap(({ label, text }) => windows(text).map((window): [string, string] => [window, label])),
  )
  return (text) =>
    maskPieces(
      known.reduce((masked, { text, label }) => masked.replaceAll(text, label), text),
      pieces,
    )
}

function windows(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - piece + 1) }, (_, at) => text.slice(at, at + piece))
}

function maskPieces(text: string, pieces: ReadonlyMap<string, string>): string {
  let masked = ''
  let at = 0
  while (at < text.length) {
    const label = pieces.get(text.slice(at, at + piece))
    if (label === undefined) masked += text[at++]
    else {
      masked += label
      while (pieces.has(text.slice(at, at + piece))) at++
      at += piece - 1
    }
  }
  return masked
}
