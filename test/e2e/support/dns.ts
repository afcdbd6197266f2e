import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, decode, encode } from 'dns-packet'
import * as lab from '../../lab/index.ts'
import { onHost } from './hosts.ts'

/** Serves the records that `orchestrate dns INVENTORY records --format zone` prints to `host`, over UDP. */
export async function serveZone(zone: string, host: string): Promise<{ close(): void }> {
  const records = zone.split('\n').flatMap(recordOf)
  const socket = createSocket('udp4')
  socket.on('message', (message, { address, port }) => {
    const asked = decode(message)
    const [question] = asked.questions ?? []
    const named = records.filter(({ name }) => name === question?.name.toLowerCase())
    const code = named.length > 0 ? 0 : 3
    const answers = named.filter(({ type }) => type === question?.type)
    const flags = 0x0400 | ((asked.flags ?? 0) & 0x0100) | 0x0080 | code
    const reply = { type: 'response', id: asked.id ?? 0, flags, questions: asked.questions ?? [], answers } as const
    socket.send(encode(reply), port, address)
  })
  socket.bind(53, lab.SERVICE_ADDRESS)
  await once(socket, 'listening')
  await onHost(host, 'sed -i /use-vc/d /etc/resolv.conf')
  return { close: () => socket.close() }
}

function recordOf(line: string): Answer[] {
  const [, name = '', type = '', text = ''] = /^(\S+)\. IN (A|MX|TXT|PTR|SRV) (.*)$/.exec(line) ?? []
  const words = text.split(' ')
  const target = (words.at(-1) ?? '').replace(/\.$/, '')
  const [first, second, third] = words.map(Number)
  switch (type) {
    case 'A':
      return [{ name, type, ttl: 60, data: text }]
    case 'PTR':
      return [{ name, type, ttl: 60, data: target }]
    case 'MX':
      return [{ name, type, ttl: 60, data: { preference: first ?? 0, exchange: target } }]
    case 'TXT':
      return [{ name, type, ttl: 60, data: [...text.matchAll(/"([^"]*)"/g)].map(([, part = '']) => part) }]
    case 'SRV':
      return [{ name, type, ttl: 60, data: { priority: first ?? 0, weight: second ?? 0, port: third ?? 0, target } }]
    default:
      return []
  }
}
