import { describe, expect, test } from 'vitest'
import type { Answer } from '#orchestrate'
import { type KeyStatus, keyStatuses } from '../../../../roles/opendkim/next-step.ts'
import { recordSeen, revokedValue } from '../../../../roles/opendkim/records.ts'
import { day } from '../../../../roles/opendkim/rotation.ts'
import { parseHostSigning } from '../../../../roles/opendkim/signing-log.ts'
import { signingHost } from './signing-host.ts'

const now = Date.UTC(2026, 10, 24, 14, 2) / 1_000
const ago = (days: number) => now - days * day

/** One domain's story: what is declared, on the host and in DNS. */
interface Story {
  readonly dkim?: Record<string, unknown>
  readonly domains?: readonly string[]
  /** Selectors with a key, and when it was made. */
  readonly keys?: Readonly<Record<string, number>>
  readonly signs?: string
  readonly turns?: readonly (readonly [number, string, string?])[]
  readonly notes?: readonly (readonly [number, string])[]
  /** What each of two servers says of a selector; by default its key. */
  readonly dns?: Readonly<Record<string, readonly string[]>>
  readonly wait?: number
}

const base64 = (selector: string, domain: string) => Buffer.from(`key ${selector} of ${domain}`).toString('base64')

function statusesOf(story: Story): KeyStatus[] {
  const { dkim = {}, domains = ['blue.example'], keys = {}, turns = [], notes = [], dns = {}, wait = 3_600 } = story
  const { vars } = signingHost({ dkim, mail: { domains: domains.map((name) => ({ name })) } })
  const held = domains.flatMap((domain) => Object.keys(keys).map((selector) => ({ domain, selector })))
  const path = ({ domain, selector }: (typeof held)[number]) => `/etc/opendkim/keys/${domain}/${selector}.private`
  const signing = parseHostSigning(
    [
      `@now ${now}`,
      ...held.map((one) => `@made ${keys[one.selector]} ${path(one)}`),
      ...(story.signs ? domains.map((domain) => `@signs *@${domain} ${story.signs}._domainkey.${domain}`) : []),
      `@signs *@sv1.blue.example ${story.signs}._domainkey.blue.example`,
      ...turns.map(([at, selector, domain = 'blue.example']) => `@signed ${at} ${domain} ${selector}`),
      ...notes.map(([at, selector]) => {
        return `@published ${at} ${selector}._domainkey.blue.example ${base64(selector, 'blue.example')}`
      }),
      ...held.map((one) => `${path(one)} ${base64(one.selector, one.domain)}`),
    ].join('\n'),
  )
  const every = domains.flatMap((domain) => ['s1', 's2', 's202611', 's9'].map((selector) => ({ domain, selector })))
  const records = every.map(({ domain, selector }) => {
    const name = `${selector}._domainkey.${domain}`
    const own = base64(selector, domain)
    const said = dns[name] ?? dns[selector] ?? ['key', 'key']
    const servers = said.map((word, at) =>
      recordSeen({ domain, selector }, signing.keys.get(name)?.base64, answer(word, own, `ns${at + 1}`)),
    )
    return [name, { servers, wait }] as const
  })
  return keyStatuses(vars, signing, new Map(records))
}

function answer(word: string, own: string, server: string): Answer {
  const none = { server, status: 'NOERROR', values: [], texts: [] }
  if (word === 'absent') return { ...none, status: 'NXDOMAIN' }
  if (word === 'silent') return { ...none, status: 'no answer from ns' }
  if (word === 'revoked') return { ...none, texts: [[revokedValue]] }
  return { ...none, texts: [[`v=DKIM1; k=rsa; p=${word === 'key' ? own : word}`]] }
}

/** `selector state needs: sentence` of the selectors of a story. */
const told = (story: Story) =>
  statusesOf(story).map(({ domain, selector, state, needs, says }) => {
    const place = (story.domains?.length ?? 1) > 1 ? `${selector} of ${domain}` : selector
    return `${place} ${state} ${needs}: ${says}`
  })

const active = { keys: { s1: ago(200) }, signs: 's1', turns: [[ago(200), 's1']] } satisfies Story
const switched = {
  dkim: { selector: 's2', otherSelectors: ['s1'] },
  keys: { s1: ago(200), s2: ago(20) },
  signs: 's2',
} satisfies Story

describe('a selector that signs', () => {
  test.for([
    [179.99, 'nothing', 'signs since 2026-05-28 (179 days; rotateDays 180)'],
    [180, 'step', 'signs since 2026-05-28 (180 days; rotateDays 180): add s202611 to dkim.otherSelectors and apply'],
  ] as const)('%s days: %s', ([days, needs, says]) => {
    const story = { ...active, turns: [[ago(days), 's1']] } satisfies Story
    expect(told(story)).toEqual([`s1 active ${needs}: ${says}`])
  })

  test('rotateDays and selectorScheme are the inventory’s; a name that is taken gets a letter', () => {
    const dkim = { rotateDays: 10, selectorScheme: 'sYYYYMM' }
    const keys = { s1: ago(11), s202611: ago(300) }
    expect(told({ ...active, dkim, keys, turns: [[ago(11), 's1']], dns: { s202611: ['absent'] } })).toEqual([
      's1 active step: signs since 2026-11-13 (11 days; rotateDays 10): add s202611a to dkim.otherSelectors and apply',
      's202611 unused nothing: no option names it, and it is not known to have signed',
    ])
  })

  test.for([
    [['key', 'absent'], 'missing at ns2 (no such name)'],
    [['AAAA', 'key'], /not this key at ns1 \(chunk 1 of 1 differs at octet 18: AAAA\)/],
    [['revoked', 'silent'], 'revoked at ns1 (revoked (p= is empty)), not known at ns2 (no answer from ns)'],
  ] as const)('with a record that is not everywhere: %s', ([servers, found]) => {
    const [line = ''] = told({ ...active, dns: { s1: servers } })
    expect(line).toMatch(
      /^s1 active problem: signs, but its record is .*: publish it now, as orchestrate dns INVENTORY/,
    )
    expect(line).toMatch(found)
  })

  test('with a server that does not answer: nobody can tell', () => {
    const says = 'signs, but its record is not known at ns2 (no answer from ns): see to that server'
    expect(told({ ...active, dns: { s1: ['key', 'silent'] } })).toEqual([`s1 active problem: ${says}`])
  })

  test('that no option names is told before it is forgotten', () => {
    expect(
      told({ ...active, dkim: { selector: 's2' }, keys: { s1: ago(200), s2: ago(2) }, notes: [[ago(1), 's2']] }),
    ).toEqual([
      's1 active problem: signs, and no option names it: keep it in dkim.otherSelectors, or mail that is under way loses its signature',
      's2 ready step: may sign: published at every server, known to every cache since 2026-11-23 15:02 UTC: apply',
    ])
  })

  test('on a host that was applied before turns were written down', () => {
    expect(told({ ...active, turns: [] })).toEqual(['s1 active step: signs; since when is not written down: apply'])
  })
})

describe('a selector on its way in', () => {
  const next = { ...active, dkim: { otherSelectors: ['s202611'] } } satisfies Story
  const made = { ...next, keys: { s1: ago(200), s202611: ago(1) } } satisfies Story
  const old = 's1 active nothing: signs since 2026-05-08 (200 days; rotateDays 180); s202611 comes after it'

  test('has no key, is generated, published, ready', () => {
    expect(told(next)).toEqual([old, 's202611 missing step: the host has no key: apply'])
    expect(told({ ...made, dns: { s202611: ['key', 'absent'] } })).toEqual([
      old,
      's202611 generated step: its record is missing at ns2 (no such name): publish it (orchestrate dns INVENTORY records)',
    ])
    expect(told({ ...made, dns: { s202611: ['key', 'silent'] } })[1]).toBe(
      's202611 generated wait: its record is not known at ns2 (no answer from ns)',
    )
    expect(told(made)).toEqual([
      old,
      's202611 published wait: caches may not know its record before 2026-11-24 15:02 UTC (TTL 3600 s)',
    ])
    const step = 'make it dkim.selector, put s1 into otherSelectors and apply'
    expect(told({ ...made, notes: [[now - 3_600, 's202611']] })).toEqual([
      old,
      `s202611 ready step: may sign: published at every server, known to every cache since 2026-11-24 14:02 UTC: ${step}`,
    ])
    expect(told({ ...made, notes: [[now - 3_599, 's202611']] })[1]).toMatch(/^s202611 published wait/)
  })

  test('waits for the other domains that switch with it', () => {
    const domains = ['blue.example', 'red.example']
    const turns = domains.map((domain) => [ago(200), 's1', domain] as const)
    const dns = { 's202611._domainkey.red.example': ['absent', 'absent'] }
    const lines = told({ ...made, domains, turns, dns, notes: [[ago(1), 's202611']] })
    expect(lines.filter((line) => line.startsWith('s202611'))).toEqual([
      's202611 of blue.example ready wait: may sign: published at every server, known to every cache since 2026-11-23 15:02 UTC; waits for red.example',
      expect.stringMatching(/^s202611 of red\.example generated step/),
    ])
  })

  test('must not sign before it is ready', () => {
    const early = { ...made, dkim: { selector: 's202611', otherSelectors: ['s1'] } } satisfies Story
    const back = 'make s1 dkim.selector again and s202611 one of otherSelectors'
    expect(told({ ...early, dns: { s202611: ['absent'] } })[1]).toBe(
      `s202611 generated problem: is to sign, but its record is missing at ns1 (no such name): ${back}`,
    )
    expect(told(early)[1]).toMatch(/^s202611 published problem: is to sign, but caches may not know its record before/)
    expect(told({ ...early, keys: active.keys })[1]).toMatch(
      /^s202611 missing problem: is to sign, but the host has no/,
    )
    expect(told({ ...early, notes: [[ago(1), 's202611']] })[1]).toMatch(/^s202611 ready step: .*: apply$/)
  })

  test('is the first one of a host on which nothing is applied yet', () => {
    expect(told({})).toEqual(['s1 missing step: the host has no key: apply'])
  })
})

describe('a selector on its way out', () => {
  const since = (days: number) =>
    [
      [ago(200), 's1'],
      [ago(days), 's2'],
    ] as const
  const outOf = (story: Story) => told({ ...switched, ...story }).find((line) => line.startsWith('s1'))

  test('is retiring until the last of retireDays, then retired', () => {
    expect(outOf({ turns: since(13.99) })).toBe(
      's1 retiring wait: retiring since 2026-11-10: keep its record until 2026-11-24',
    )
    expect(outOf({ turns: since(14) })).toBe(
      's1 retired step: retired on 2026-11-24: take it out of dkim.otherSelectors, apply, then revoke it (TXT "v=DKIM1; k=rsa; p="), later remove its record',
    )
    expect(outOf({ turns: since(14), dkim: { ...switched.dkim, retireDays: 15 } })).toMatch(/^s1 retiring wait/)
  })

  test('is needed while its mail is under way: record and option', () => {
    const until = 'retiring since 2026-11-19, its mail may be under way until 2026-12-03, but'
    expect(outOf({ turns: since(5), dns: { s1: ['absent', 'key'] } })).toBe(
      `s1 retiring problem: ${until} its record is missing at ns1 (no such name): publish it again`,
    )
    const forgotten = { turns: since(5), dkim: { selector: 's2' } }
    const option = 'no option names it: put it back into dkim.otherSelectors'
    expect(outOf(forgotten)).toBe(`s1 retiring problem: ${until} ${option}`)
    // Its key may be gone from the host as well; that it signed is written down.
    expect(outOf({ ...forgotten, keys: { s2: ago(20) } })).toBe(`s1 retiring problem: ${until} ${option}`)
    expect(outOf({ ...forgotten, keys: { s2: ago(20) }, turns: since(15) })).toBeUndefined()
  })

  test('is revoked and removed', () => {
    const turns = since(15)
    const gone = { turns, dkim: { selector: 's2' } }
    expect(outOf(gone)).toMatch(/^s1 retired step: retired on 2026-11-23: revoke it/)
    expect(outOf({ ...gone, dns: { s1: ['revoked', 'key'] } })).toMatch(/^s1 retired step/)
    expect(outOf({ ...gone, dns: { s1: ['revoked', 'absent'] } })).toBe(
      's1 revoked nothing: is revoked: its record may be removed',
    )
    expect(outOf({ ...gone, dns: { s1: ['absent', 'absent'] } })).toBe('s1 removed nothing: its record is removed')
    expect(outOf({ ...gone, dns: { s1: ['absent', 'silent'] } })).toMatch(/^s1 retired step/)
    expect(outOf({ turns, dns: { s1: ['absent'] } })).toBe(
      's1 removed step: its record is removed: take it out of dkim.otherSelectors and apply',
    )
  })

  test('waits for the domains in which it still signs for too short a time', () => {
    const domains = ['blue.example', 'red.example']
    const red = [
      [ago(9), 's1', 'red.example'],
      [ago(3), 's2', 'red.example'],
    ] as const
    const lines = told({ ...switched, domains, turns: [...since(15), ...red] })
    expect(lines.filter((line) => line.startsWith('s1'))).toEqual([
      's1 of blue.example retired wait: retired on 2026-11-23; waits for red.example',
      's1 of red.example retiring wait: retiring since 2026-11-21: keep its record until 2026-12-05',
    ])
  })

  test('is nothing to a domain that came later', () => {
    const domains = ['blue.example', 'red.example']
    const lines = told({
      ...switched,
      domains,
      turns: [...since(5), [ago(1), 's2', 'red.example']],
      keys: { s1: ago(1), s2: ago(1) },
    })
    expect(lines).toContain('s1 of red.example unused nothing: never signed for this domain')
  })

  test('may have signed before turns were written down: its key is older', () => {
    expect(outOf({ turns: [[ago(5), 's2']] })).toMatch(/^s1 retiring wait: retiring since 2026-11-19/)
    expect(outOf({ turns: [[ago(5), 's2']], keys: { s1: ago(1), s2: ago(20) } })).toMatch(/^s1 published wait/)
  })

  test('comes back', () => {
    const turns = [...since(20), [ago(5), 's1']] as const
    const lines = told({ keys: switched.keys, dkim: { selector: 's1', otherSelectors: ['s2'] }, signs: 's1', turns })
    expect(lines).toEqual([
      's1 active nothing: signs since 2026-11-19 (5 days; rotateDays 180)',
      's2 retiring wait: retiring since 2026-11-19: keep its record until 2026-12-03',
    ])
  })

  test('has ended with the tables, even if that is not written down yet', () => {
    expect(outOf({ turns: [[ago(200), 's1']] })).toBe(
      's1 retiring wait: retiring since 2026-11-24: keep its record until 2026-12-08',
    )
  })
})

test('the domain of rewritten senders has selectors of its own where forwarded mail is signed again', () => {
  const { vars } = signingHost({
    mail: { domains: [{ name: 'blue.example' }] },
    srs: { domain: 'srs.blue.example' },
    forwarding: { resign: 'srsDomain' },
  })
  const signing = parseHostSigning(
    `@now ${now}\n@signs * s1._domainkey.srs.blue.example\n@signed ${ago(1)} srs.blue.example s1`,
  )
  const statuses = keyStatuses(vars, signing, new Map())
  expect(statuses.map(({ domain, state }) => `${domain} ${state}`)).toEqual([
    'blue.example missing',
    'srs.blue.example active',
  ])
})

test('a domain with selectors of its own is told where they are named', () => {
  const domains = [{ name: 'blue.example' }, { name: 'red.example', dkim: { selector: 'r1' } }]
  const { vars } = signingHost({ mail: { domains } })
  const said = ['blue.example s1', 'red.example r1']
    .map((one) => one.split(' '))
    .flatMap(([domain, selector]) => [
      `@made ${ago(200)} /etc/opendkim/keys/${domain}/${selector}.private`,
      `@signs *@${domain} ${selector}._domainkey.${domain}`,
      `@signed ${ago(200)} ${domain} ${selector}`,
      `/etc/opendkim/keys/${domain}/${selector}.private ${base64(selector ?? '', domain ?? '')}`,
    ])
  const signing = parseHostSigning([`@now ${now}`, ...said].join('\n'))
  const records = [
    { selector: 's1', domain: 'blue.example' },
    { selector: 'r1', domain: 'red.example' },
  ].map((one) => {
    const name = `${one.selector}._domainkey.${one.domain}`
    const own = signing.keys.get(name)?.base64
    return [name, { servers: [recordSeen(one, own, answer('key', own ?? '', 'ns1'))], wait: 60 }] as const
  })
  expect(
    keyStatuses(vars, signing, new Map(records)).map(({ selector, says }) => [selector, says.split(': ')[1]]),
  ).toEqual([
    ['s1', 'add s202611 to dkim.otherSelectors and apply'],
    ['r1', 'add s202611 to mail.domains[red.example].dkim.otherSelectors and apply'],
  ])
})
