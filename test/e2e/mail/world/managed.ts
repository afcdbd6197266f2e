import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { postfixadminTarball, recreate, requireLab, status, up } from '../../../lab/index.ts'
import { type Ended, orchestrate } from '../../support/orchestrate.ts'
import { ownSecrets } from '../../support/secrets.ts'
import type { Login } from '../tools/stored.ts'
import { Dns, places, setUpStrangers, useDns } from './index.ts'

/** The inventory of the managed servers. */
export const inventory = fileURLToPath(new URL('../inventory.ts', import.meta.url))

/** Everybody: strangers, managed servers, DNS. */
export interface World {
  readonly dns: Dns
  /** The apply that made bare hosts into mail servers. */
  readonly first: Ended
  /** An account's login at the server that has it. */
  login(address: string): Promise<Login>
}

let made: Promise<World> | undefined

/**
 * The world, made once a run: bare hosts, one apply, and the DNS records that our tool computes. With
 * ORCHESTRATE_E2E_KEEP set (and ORCHESTRATE_IDENTITY), servers and secrets of the last run are used again.
 */
export function world(): Promise<World> {
  made ??= make()
  return made
}

async function make(): Promise<World> {
  const keep = Boolean(process.env['ORCHESTRATE_E2E_KEEP']) && existsSync(inventory.replace(/\.ts$/, '.secrets.age'))
  process.env['ORCHESTRATE_E2E_POSTFIXADMIN'] = JSON.stringify(await postfixadminTarball())
  await requireLab()
  const { b, b2, ...strangers } = places
  const there = (await status()).hosts.map(({ name }) => name)
  await up({ hosts: [...Object.values(strangers), b, b2] })
  const used = [b.name, b2.name].filter((name) => there.includes(name))
  if (!keep) {
    // One after the other: each rewrites the lab's ssh files.
    for (const name of used) await recreate(name)
    await ownSecrets(inventory)
  }
  const dns = new Dns()
  await dns.setUp()
  await Promise.all([b.name, b2.name].map(useDns))
  const [first] = await Promise.all([orchestrate('apply', inventory, '--yes'), setUpStrangers(dns)])
  if (first.code !== 0)
    throw new Error(`apply ended with ${first.code}\n${first.stderr.slice(-3_000)}\n${first.stdout}`)
  const records = await orchestrate('dns', inventory, 'records', '--format', 'zone')
  if (records.code !== 0)
    throw new Error(`dns records ended with ${records.code}\n${records.stderr}\n${records.stdout}`)
  await dns.set('managed', records.stdout)
  const logins = new Map<string, Promise<Login>>()
  return {
    dns,
    first,
    login: (address) => {
      const known = logins.get(address) ?? loginOf(address)
      logins.set(address, known)
      return known
    },
  }
}

async function loginOf(address: string): Promise<Login> {
  const { stdout } = await orchestrate('secrets', 'get', inventory, `mail/${address.replace('@', '_')}`)
  const server = address.endsWith('@green.example') ? places.b2.ip : places.b.ip
  return { server, user: address, password: stdout.trim() }
}
