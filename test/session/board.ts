// A run on 12 hosts as the live display shows it, that stands still until a line comes in, goes on, and ends.
import { once } from 'node:events'
import process from 'node:process'
import { LiveFace } from '../../src/cli/faces/live.ts'

const hosts = Array.from({ length: 12 }, (_, index) => `mail-server-${index + 1}`)
const face = new LiveFace({ forks: 10, clear: true })
const result = { changed: 0, restarts: 0, reloads: 0, milliseconds: 1_000 }
const message = 'connection refused by 203.0.113.10, port 22, which is quite a long reason'

process.stdout.write('$ orchestrate drift inventories/prod.ts\n')
face.event({ type: 'run-started', run: 'r', command: 'drift', hosts })
for (const host of hosts.slice(0, 9)) face.event({ type: 'stage', host, stage: 'look' })
for (const host of hosts.slice(9))
  face.event({ type: 'host-done', host, result: { ...result, host, status: 'unreachable', message } })
process.stdin.resume()
await once(process.stdin, 'data')
await face.close()
process.stdout.write('the end\n')
process.exit()
