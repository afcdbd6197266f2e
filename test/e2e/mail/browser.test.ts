import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { orchestrate } from '../support/orchestrate.ts'
import { AdminInBrowser } from './tools/browser.ts'
import { curl, inInbox } from './tools/stored.ts'
import { sendmail, swaks } from './tools/swaks.ts'
import { on, places, tried } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

const { a, b, x } = places

beforeAll(world)

test('A22 PostfixAdmin in a browser: a new mailbox gets mail and logs in, switched off it does neither', async () => {
  const { stdout: secret } = await orchestrate('secrets', 'get', inventory, 'postfixadmin/admin')
  const login = { server: b.ip, user: `webby${Date.now()}@red.example`, password: 'A-long-enough-passw0rd' }
  const admin = await AdminInBrowser.open(b.ip)
  try {
    await admin.login('admin@blue.example', secret.trim())
    await admin.addMailbox(login.user.split('@')[0] ?? '', 'red.example', login.password)
    const hash = await on(b.name, `mysql -NBe "SELECT password FROM mailbox WHERE username='${login.user}'" postfix`)
    expect(hash).toMatch(/^\{BLF-CRYPT\}\$2y\$12\$/)
    await on(b.name, `doveadm auth test ${login.user} '${login.password}'`)
    expect((await on(b.name, "doveadm user '*'")).split('\n')).toContain(login.user)
    const folders = await curl(login, x.name, '/', '-X \'LIST "" *\'')
    for (const folder of ['Drafts', 'Junk', 'Sent', 'Trash', 'INBOX']) expect(folders).toContain(folder)
    const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: login.user })
    await inInbox(login, sent.id, x.name)

    await admin.switchOff(login.user, 'red.example')
    await admin.picture(fileURLToPath(new URL('../../artifacts/postfixadmin.png', import.meta.url)))
    const refused = await swaks({ on: a.name, server: b.ip, from: 'al@sender.example', to: login.user })
    expect(refused.said).toMatch(/550 5\.1\.1 /)
    expect((await tried(x.name, `curl -sS -k --user '${login.user}:${login.password}' imaps://${b.ip}/`)).code).toBe(67)
  } finally {
    await admin.close()
  }
})
