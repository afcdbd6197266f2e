// The least that any tool on ssh2 could do: connect, run a script in one exec, close. Arguments: address, key, script file.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import process from 'node:process'
import { Client } from 'ssh2'

const [address = '', key = '', script = ''] = process.argv.slice(2)
const client = new Client()
client.on('ready', () => {
  client.exec('sh', (error, channel) => {
    if (error) throw error
    channel.on('close', (code: number) => {
      client.end()
      process.exitCode = code
    })
    channel.resume()
    channel.stderr.resume()
    channel.end(readFileSync(script))
  })
})
// The host is a lab host in a namespace of its own; verifying its key is not what is measured.
client.connect({
  sock: connect({ host: address, port: 22, noDelay: true }),
  username: 'root',
  privateKey: readFileSync(key),
})
