import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { start } from './support/orchestrate.ts'

it('lists ten different mistakes at once, exits 64 and makes no connection', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const env = { TEST_PORT: String(port) }
  for (const command of [['drift'], ['apply', '--yes']]) {
    const ended = await start([...command, 'test/e2e/fixtures/mistakes.ts'], { env }).ended
    expect(ended.code).toBe(64)
    expect(ended.stdout).toBe('')
    expect(ended.stderr.replaceAll(/ +/g, ' ')).toMatchInlineSnapshot(`
      "orchestrate: 9 mistakes in the declaration; no host was contacted
       hosts.b.address
       found "127.0.0.1", which is also hosts.a
       allowed each host once
       groups.mail
       found no host in this group
       allowed a group that at least one host names in its \`groups\`
       playbook mistakes, play 1.roles.3
       found "fourth", an unknown role
       allowed a role made by defineRole
       vars.site.domain
       found "Not A Domain"
       allowed a fully qualified domain name in lower case, such as mail.blue.example
       vars.site.workers
       found "four"
       allowed a number
       vars.site.colour
       found unknown key "colour"
       allowed domain, workers, token
       role third
       found template mariadb/server.cnf.ejs, line 6: it.bufferPoolMegabytes does not exist; there is maxConnections
       allowed correct the name, or have the role give it to the template
       role first, file:/etc/site.conf.mode
       found "644"
       allowed four octal digits such as 0644
       secrets
       1 secret missing: site/token; run \`orchestrate secrets init test/e2e/fixtures/mistakes.ts\`
      "
    `)
  }
  server.close()
  expect(connections).toBe(0)
})
