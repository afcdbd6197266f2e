import { describe, expect, it } from 'vitest'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { joinText } from '../../../src/kernel/text.ts'
import { file } from '../../../src/kinds/file.ts'
import { pkg } from '../../../src/kinds/package.ts'
import { service } from '../../../src/kinds/service.ts'
import { absent } from '../../../src/kinds/support/define.ts'
import type { HostDeclaration } from '../../../src/model/plan.ts'
import { filesOf, filesText } from '../../../src/report/files.ts'
import { graphMermaid, graphText } from '../../../src/report/graph.ts'
import { inventoryJson, inventoryText, masked } from '../../../src/report/inventory.ts'

const view = {
  playbook: 'mail',
  hosts: [
    {
      name: 'mx1',
      address: '203.0.113.10',
      groups: ['mail'],
      platform: 'el9' as const,
      roles: ['base', 'postfix'],
      vars: {
        host: { fqdn: 'mx1.blue.example', swap: null },
        mail: {
          domains: [
            { name: 'blue.example', aliases: ['a', 'b'] },
            { name: 'red.example', aliases: [] },
          ],
        },
        admin: { password: secret('mail/admin'), rootPassword: 'typed here by mistake', motd: 'Hello: "you"\n' },
      },
    },
    { name: 'mx2', address: 'mx2', groups: [], platform: 'el9' as const, roles: [], vars: {} },
  ],
}

describe('inventory', () => {
  it('reads like a tree, secrets masked', () => {
    expect(inventoryText(view)).toMatchInlineSnapshot(`
      "mx1  203.0.113.10  el9
        groups: mail
        roles: base, postfix
        vars:
          host:
            fqdn: mx1.blue.example
            swap: null
          mail:
            domains:
              - name: blue.example
                aliases:
                  - a
                  - b
              - name: red.example
                aliases: []
          admin:
            password: <secret:mail/admin>
            rootPassword: <masked>
            motd: "Hello: \\"you\\"\\n"

      mx2  mx2  el9
        groups: none
        roles: none

      2 hosts, playbook mail
      "
    `)
  })

  it('never prints a secret as JSON either', () => {
    expect(inventoryJson(view)).not.toContain('typed here')
    expect(JSON.parse(inventoryJson(view))).toMatchObject({ schema: 'orchestrate/inventory/1', playbook: 'mail' })
    expect(masked({ a: new Secret('x', 'clear'), when: /x/ })).toEqual({ a: '<secret:x>', when: '/x/' })
  })
})

const password = new Secret('postfix/db', 'clear text')
const main = file({ path: '/etc/postfix/main.cf', content: 'mydomain = blue.example\n' })
const map = file({
  path: '/etc/postfix/mysql.cf',
  content: joinText(['password = ', password, '\n']),
  mode: '0640',
  group: 'postfix',
})

const gone = [absent(service({ unit: 'old.service' })), absent(file({ path: '/etc/old.conf' }))]

function declared(host: string): HostDeclaration {
  return {
    host,
    roles: [
      { role: 'base', resources: [pkg({ name: 'chrony' }), pkg({ name: 'tar' })] },
      { role: 'postfix', resources: [main, map, service({ unit: 'postfix.service', reloadOn: [main, map] }), ...gone] },
    ],
  }
}

describe('graph', () => {
  it('shows one order for hosts that share it', () => {
    expect(graphText([declared('mx1'), declared('mx2')])).toMatchInlineSnapshot(`
      "mx1, mx2
         1  base     2 resources
         2  postfix  postfix
      "
    `)
  })

  it('is a Mermaid flowchart on request', () => {
    expect(graphMermaid([declared('mx1')])).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph h0["mx1"]
          h0r0["base"]
          h0r1["postfix<br/>postfix"]
          h0r0 --> h0r1
        end
      "
    `)
  })
})

describe('render', () => {
  it('shows every file with secrets masked', () => {
    const text = filesText(filesOf(declared('mx1')))
    expect(text).not.toContain('clear text')
    expect(text).toMatchInlineSnapshot(`
      "==> mx1:/etc/postfix/main.cf  root root 0644
      mydomain = blue.example

      ==> mx1:/etc/postfix/mysql.cf  root postfix 0640
      password = <secret:postfix/db>
      "
    `)
  })
})
