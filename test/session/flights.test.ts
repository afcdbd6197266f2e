import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from '../../src/kernel/secret.ts'
import { sh } from '../../src/kernel/sh.ts'
import { FlightCounter } from './flights.ts'
import { sudoPrograms } from './sudo.ts'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

/** Flights of connecting, one command and the goodbye. TCP's own round trip carries no byte of ours and is not counted. */
async function flightsOf(
  size: number,
  user = 'root',
  sudoPassword?: Secret,
): Promise<{ open: number; run: number; close: number }> {
  const host = await world.host({
    user,
    ...(user === 'root' ? {} : { programs: sudoPrograms(sudoPassword ? 'password' : 'free') }),
  })
  const counter = world.keep(await FlightCounter.start({ port: host.port }))
  world.know([counter.port])
  const session = await world.connect(world.connection(counter.port, { user, sudoPassword }))
  const open = counter.flights
  expect(await session.run(sh`: ${'x'.repeat(size)}; echo done`)).toMatchObject({ stdout: 'done\n' })
  const run = counter.flights - open
  await session.close()
  await expect.poll(() => host.connections.size).toBe(0)
  return { open, run, close: counter.flights - open - run }
}

test('the whole conversation takes ten flights at most: five to log in, two for the shell, one a command, one goodbye', async () => {
  expect(await flightsOf(10)).toEqual({ open: 7, run: 1, close: 1 })
})

test('a big script takes no more', async () => {
  expect(await flightsOf(300_000)).toEqual({ open: 7, run: 1, close: 1 })
})

test('sudo takes no more, and its password one more', async () => {
  expect(await flightsOf(10, 'alma')).toEqual({ open: 7, run: 1, close: 1 })
  expect(await flightsOf(10, 'alma', new Secret('sudo', 'let me'))).toEqual({ open: 8, run: 1, close: 1 })
})
