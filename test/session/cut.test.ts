import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OrchestrateError } from '../../src/kernel/errors.ts'
import { sh } from '../../src/kernel/sh.ts'
import { type Direction, FaultProxy, type Faults } from './proxy.ts'
import { World } from './world.ts'

let world: World
let port: number
/** Bytes of one undisturbed conversation, and of its login alone. */
const whole = { up: 0, down: 0 }
const login = { up: 0, down: 0 }

/** A script whose upload and output are both far longer than any packet. */
const script = sh`: ${'up'.repeat(60_000)}; i=0; while [ $i -lt 100 ]; do echo ${'down'.repeat(300)}; i=$((i + 1)); done`

beforeAll(async () => {
  world = new World()
  const host = await world.host()
  port = host.port
  const proxy = world.keep(await FaultProxy.start(port))
  world.know([proxy.port])
  const session = await world.connect(world.connection(proxy.port))
  Object.assign(login, proxy.passed)
  await session.run(script)
  await session.close()
  Object.assign(whole, proxy.passed)
})
afterAll(() => world.end())

/** One conversation through a broken line: it must end with an error of ours, wherever the line breaks. */
async function conversation(faults: Faults): Promise<OrchestrateError> {
  const proxy = await FaultProxy.start(port, faults)
  try {
    world.know([proxy.port])
    const session = await world.connect(world.connection(proxy.port, { connectTimeout: 2 }), { keepaliveMs: 100 })
    const finished = await session.run(script)
    throw new Error('was not cut', { cause: finished })
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    return error
  } finally {
    await proxy.stop()
  }
}

/** Every class of position: nothing, inside the greeting, each part of the login, its end, and through upload or output. */
function positions(direction: Direction): number[] {
  const [whenIn, all] = [login[direction], whole[direction]]
  const during = Array.from({ length: 9 }, (_, index) => 25 + Math.floor(((whenIn - 25) * index) / 8))
  const after = Array.from({ length: 8 }, (_, index) => whenIn + 1 + Math.floor(((all - whenIn - 200) * index) / 8))
  return [0, 1, 20, ...during, ...after]
}

describe.each(['reset', 'end'] as const)('a connection cut by %s', (how) => {
  test.each(['up', 'down'] as const)('at any place on the way %s is an error of ours', async (direction) => {
    const codes: string[] = []
    for (const bytes of positions(direction)) {
      const { code, hint } = await conversation({ cutAfter: { direction, bytes }, how })
      expect(hint).toBeTruthy()
      codes.push(code)
    }
    expect(codes.slice(0, 3)).toEqual(['E_CONNECT', 'E_CONNECT', 'E_CONNECT'])
    expect(codes.at(-1)).toBe('E_LOST')
    expect(new Set(codes)).toEqual(new Set(['E_CONNECT', 'E_LOST']))
  })
})

test('a connection that falls silent is given up: by the time limit before the login, by keepalive after it', async () => {
  for (const direction of ['up', 'down'] as const) {
    const early = await conversation({ cutAfter: { direction, bytes: 30 }, how: 'stall' })
    expect(early).toMatchObject({ code: 'E_CONNECT' })
    expect(early.message).toContain('no handshake on')
    const late = await conversation({ cutAfter: { direction, bytes: login[direction] + 2_000 }, how: 'stall' })
    expect(late).toMatchObject({ code: 'E_LOST', exit: 'unreachable' })
    expect(late.message).toContain('Keepalive timeout')
  }
})
