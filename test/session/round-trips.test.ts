import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from '../../src/kernel/secret.ts'
import { sh } from '../../src/kernel/sh.ts'
import { RoundTripCounter } from './round-trips.ts'
import { sudoPrograms } from './sudo.ts'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

/** Round trips of connecting, one command and the goodbye. TCP's own round trip carries no byte of ours and is not counted. */
async function roundTripsOf(
  size: number,
  user = 'root',
  sudoPassword?: Secret,
): Promise<{ open: number; run: number; close: number }> {
  const host = await world.host({
    user,
    ...(user === 'root' ? {} : { programs: sudoPrograms(sudoPassword ? 'password' : 'free') }),
  })
  const counter = world.keep(await RoundTripCounter.start({ port: host.port }))
  world.know([counter.port])
  const session = await world.connect(world.connection(counter.port, { user, sudoPassword }))
  const open = counter.roundTrips
  expect(await session.run(sh`: ${'x'.repeat(size)}; echo done`)).toMatchObject({ stdout: 'done\n' })
  const run = counter.roundTrips - open
  await session.close()
  await expect.poll(() => host.connections.size).toBe(0)
  return { open, run, close: counter.roundTrips - open - run }
}

test('the whole conversation takes ten round trips at most: five to log in, two for the shell, one a command, one goodbye', async () => {
  expect(await roundTripsOf(10)).toEqual({ open: 7, run: 1, close: 1 })
})

test('a big script takes no more', async () => {
  expect(await roundTripsOf(300_000)).toEqual({ open: 7, run: 1, close: 1 })
})

test('sudo takes no more, and its password one more', async () => {
  expect(await roundTripsOf(10, 'alma')).toEqual({ open: 7, run: 1, close: 1 })
  expect(await roundTripsOf(10, 'alma', new Secret('sudo', 'let me'))).toEqual({ open: 8, run: 1, close: 1 })
})
