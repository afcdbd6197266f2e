import { once } from 'node:events'
import { Socket } from 'node:net'
import type { Problem } from '../../kernel/errors.ts'
import type { Dialogue } from '../../model/live.ts'
import { encrypted } from '../tls/handshake.ts'
import { LineReader, smtpEnd } from '../tls/start-tls.ts'

/** Holds an SMTP conversation; gives the first answer that is not the wanted one. */
export async function converse(host: string, dialogue: Dialogue): Promise<Problem[]> {
  let socket = new Socket()
  const place = `port ${dialogue.port}`
  try {
    socket.setTimeout(15_000)
    let reader = new LineReader(socket)
    socket.connect({ host, port: dialogue.port })
    if (dialogue.tls) {
      await Promise.race([once(socket, 'connect'), reader.until(/(?!)/)])
      reader.release()
      socket = await encrypted(socket, undefined)
      reader = new LineReader(socket)
    }
    await reader.until(smtpEnd)
    for (const { say, want, allowed } of dialogue.lines) {
      const answer = await reader.say(say, smtpEnd)
      if (!want.test(answer))
        return [{ place: `${place}, ${say}`, found: answer.trim().replaceAll(/\r?\n/g, ' | '), allowed }]
      if (say === 'STARTTLS') {
        reader.release()
        socket = await encrypted(socket, undefined)
        reader = new LineReader(socket)
      }
    }
    socket.write('QUIT\r\n')
    return []
  } catch (error) {
    return [{ place, found: error instanceof Error ? error.message : String(error), allowed: 'an SMTP conversation' }]
  } finally {
    socket.destroy()
  }
}
