import type { Problem } from '../kernel/errors.ts'
import { isWithin } from '../kernel/network.ts'
import { type Script, sh } from '../kernel/sh.ts'
import { byPort, type Endpoint } from '../model/endpoint.ts'

/** Lists the TCP sockets that listen, with their processes; one process. */
export const listListeners: Script = sh`ss -Hltnp 2>/dev/null`

/** A TCP listener that `ss -Hltnp` shows. */
export interface Listener {
  readonly address: string
  readonly port: number
  readonly process: string
}

/** What `listListeners` printed. */
export function parseListeners(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const [, , , local = ''] = line.trim().split(/\s+/)
    const at = local.lastIndexOf(':')
    if (at < 0) return []
    const process = /\(\("([^"]+)"/.exec(line)?.[1] ?? ''
    return [{ address: local.slice(0, at).replace(/^\[|\]$|%.*$/g, ''), port: Number(local.slice(at + 1)), process }]
  })
}

/** Ports that are closed or open to the wrong people, and listeners that nobody declared. */
export function listenerProblems(endpoints: readonly Endpoint[], seen: readonly Listener[]): Problem[] {
  const expected = byPort(endpoints).filter(({ protocol = 'tcp' }) => protocol === 'tcp')
  const wrong = expected.flatMap((endpoint): Problem[] => {
    const { port, exposure, purpose, optional } = endpoint
    const place = `port ${port} (${purpose})`
    const there = seen.filter((one) => covers(endpoint, one))
    if (there.length === 0 && optional) return []
    if (there.length === 0) return [{ place, found: 'nothing listens', allowed: `open ${openTo(exposure)}` }]
    const open = there.some(({ address }) => !isLoopback(address))
    if (exposure === 'loopback' ? !open : open) return []
    return [{ place, found: there.map(({ address }) => address).join(', '), allowed: `open ${openTo(exposure)}` }]
  })
  const undeclared = seen.filter((one) => !expected.some((endpoint) => covers(endpoint, one)) && !isOperatorsOwn(one))
  const ports = new Map(undeclared.map((one) => [one.port, one]))
  return [
    ...wrong,
    ...[...ports.values()].map(({ port, address, process }) => ({
      place: `port ${port}`,
      found: `${process || 'something'} on ${address}`,
      allowed: 'nothing: it is not declared',
    })),
  ]
}

/** Whether a machine with this address is let in to an endpoint. An address that is not known may be. */
export function mayReach({ exposure }: Pick<Endpoint, 'exposure'>, address: string | undefined): boolean {
  if (typeof exposure === 'string') return exposure === 'world'
  if (address === undefined) return exposure.length > 0
  return isWithin(address, exposure)
}

function covers({ port, lastPort = port }: Endpoint, listener: Listener): boolean {
  return port <= listener.port && listener.port <= lastPort
}

/** The way in of whoever runs the host: sshd, and what a login of theirs forwards. */
function isOperatorsOwn({ port, process }: Listener): boolean {
  return process === 'sshd' || port === 22
}

function openTo(exposure: Endpoint['exposure']): string {
  if (typeof exposure !== 'string') return `for ${exposure.join(', ') || 'the host itself'}`
  return exposure === 'world' ? 'to the world' : 'on 127.0.0.1 only'
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === '::ffff:127.0.0.1'
}
