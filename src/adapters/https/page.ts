import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Fetched, Page } from '../../model/live.ts'

const timeoutMs = 10_000

/** Asks a host for a page of one of its names. Who is trusted is judged by the handshakes, so not here. */
export async function fetchPage(address: string, { name, path }: Page): Promise<Fetched> {
  const asked = request({ host: address, servername: name, headers: { host: name }, path, rejectUnauthorized: false })
  asked.setTimeout(timeoutMs, () => asked.destroy(new Error('no answer in time')))
  try {
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text: await text(answer) }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  } finally {
    asked.destroy()
  }
}
