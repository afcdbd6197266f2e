import { type Dns, useDns } from './dns.ts'
import { setUpForeign } from './foreign.ts'
import { install } from './host.ts'
import { places } from './places.ts'

export { Dns, useDns } from './dns.ts'
export { on, put, tried, until } from './host.ts'
export { places } from './places.ts'

/** Sets everybody up but the managed hosts, and publishes their records. */
export async function setUpStrangers(dns: Dns): Promise<void> {
  const { a, c, x } = places
  await Promise.all([a, c, x].map(({ name }) => useDns(name)))
  const [keysOfA, keysOfC] = await Promise.all([
    setUpForeign({
      host: a.name,
      fqdn: a.fqdn,
      domains: ['sender.example', 'nodkim.example'],
      signs: 'sender.example',
    }),
    setUpForeign({
      host: c.name,
      fqdn: c.fqdn,
      domains: ['gmail.example', 'bank.example'],
      seals: 'gmail.example',
      aliases: { 'relay@gmail.example': 'fwd@blue.example' },
      refuses: { 'nouser@gmail.example': '554 5.7.1 nobody of this name here' },
    }),
    install(x.name, ['swaks', 'openssl', 'bind-utils']),
  ])
  await dns.set('a', keysOfA)
  await dns.set('c', keysOfC)
}
