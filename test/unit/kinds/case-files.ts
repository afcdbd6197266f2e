import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CollectionTag, isMap, isScalar, isSeq, parse, type ScalarTag } from 'yaml'
import { Secret } from '../../../src/kernel/secret.ts'
import { raw } from '../../../src/kernel/sh.ts'
import { joinText } from '../../../src/kernel/text.ts'
import type { Signal } from '../../../src/model/resource.ts'
import { declare } from './registry.ts'

/** One case of a kind: what is wanted, what the probe printed, what has to happen, and how. */
export interface KindCase {
  readonly kind: string
  readonly name: string
  readonly want: unknown
  /** The thing is declared `absent(…)`. */
  readonly absent?: boolean
  /** What the kind's probe printed; nothing by default. */
  readonly probed?: string
  readonly signal?: Signal
  /** `keep`, or action, differences (as reports spell them) and reason; a unified diff is compared only where the case gives one. */
  readonly change?: unknown
  /** Texts in the masked apply script; a text that begins with `not ` must be missing. */
  readonly script?: readonly string[]
  /** Texts in the masked probe script. */
  readonly probe?: readonly string[]
  /** Mistakes of the declaration, in place of everything else. */
  readonly problems?: readonly string[]
}

const root = fileURLToPath(new URL('../../cases/', import.meta.url))

/** What every `!secret` of the cases is in clear, for the law that it never shows. */
export const secretTexts = new Set<string>()

const secret: ScalarTag = {
  tag: '!secret',
  resolve: (text) => {
    secretTexts.add(text)
    return new Secret('case', text)
  },
}
const script: ScalarTag = { tag: '!script', resolve: (text) => raw(text) }
const bytes: ScalarTag = { tag: '!bytes', resolve: (text) => new Uint8Array(Buffer.from(text, 'base64')) }
/** `!resource { file: { path: /etc/x, content: … } }` */
const resource: CollectionTag = {
  tag: '!resource',
  collection: 'map',
  resolve: (map) => {
    const [[kind = '', want] = []] = Object.entries(plain(map) as Record<string, unknown>)
    return declare(kind, want)
  },
}
/** `!text [plain, !secret x]`: text with secrets in it. */
const text: CollectionTag = {
  tag: '!text',
  collection: 'seq',
  resolve: (seq) => joinText(plain(seq) as (string | Secret)[]),
}

/** All cases under `test/cases/<kind>/<name>.yaml`. */
export const cases: readonly KindCase[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort()
  .map((path) => {
    const [kind = '', name = ''] = path.replace(/\.yaml$/, '').split('/')
    const content = parse(readFileSync(`${root}${path}`, 'utf8'), {
      customTags: [secret, script, bytes, resource, text],
    }) as Omit<KindCase, 'kind' | 'name'>
    return { kind, name, ...content }
  })

// The library's own toJSON would turn the secrets inside into their labels.
function plain(node: unknown): unknown {
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map(plain)
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(plain(key)), plain(value)]))
  return node
}
