import { createHash } from 'node:crypto'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const rounds = 5000

/** `$6$salt$…` as crypt(3) makes it (Drepper, "Unix crypt using SHA-256 and SHA-512", with its default of 5000 rounds). */
export function sha512Crypt(password: string, salt: string): string {
  const key = Buffer.from(password)
  const seed = Buffer.from(salt.slice(0, 16))
  const b = digest(key, seed, key)
  const bits = [...key.length.toString(2)].reverse().map((bit) => (bit === '1' ? b : key))
  let sum = digest(key, seed, stretched(b, key.length), ...(key.length > 0 ? bits : []))
  const p = stretched(digest(...Array<Buffer>(key.length).fill(key)), key.length)
  const s = stretched(digest(...Array<Buffer>(16 + (sum[0] ?? 0)).fill(seed)), seed.length)
  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1
    sum = digest(odd ? p : sum, round % 3 ? s : empty, round % 7 ? p : empty, odd ? sum : p)
  }
  return `$6$${seed.toString()}$${spelled(sum)}`
}

const empty = Buffer.alloc(0)

function digest(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function stretched(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block)
}

// Three bytes at a time, in the order that the specification lists: 0 21 42, 22 43 1, 44 2 23, …
function spelled(sum: Buffer): string {
  const groups = Array.from({ length: 21 }, (_, index) => {
    const [a, b, c] = [index, index + 21, index + 42]
    const order =
      [
        [a, b, c],
        [b, c, a],
        [c, a, b],
      ][index % 3] ?? []
    const [high = 0, middle = 0, low = 0] = order.map((at) => sum[at] ?? 0)
    return sixBits((high << 16) | (middle << 8) | low, 4)
  })
  return groups.join('') + sixBits(sum[63] ?? 0, 2)
}

function sixBits(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => alphabet[(value >> (6 * index)) & 63]).join('')
}
