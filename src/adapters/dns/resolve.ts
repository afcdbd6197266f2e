import { getServers } from 'node:dns'
import { isIPv6 } from 'node:net'
import type { RecordType } from 'dns-packet'
import { ask, type NameServer } from './client.ts'

type Answers = string[] | string[][]

/**
 * A resolver in the manner of `dns.promises.resolve`, as mailauth wants it, over one server; a name or record that is
 * not there is an error with code ENOTFOUND or ENODATA.
 */
export function resolver(server: NameServer = systemServer()): (name: string, type: string) => Promise<Answers> {
  return async (name, type) => {
    const answer = await ask(name, type as RecordType, server, true)
    const records = (answer.answers ?? []).filter((record) => record.type === type)
    if (records.length === 0) throw Object.assign(new Error(`${name} has no ${type}`), { code: codeOf(answer) })
    if (type === 'TXT') return records.map((record) => [('data' in record ? record.data : []) ?? []].flat().map(String))
    return records.map((record) =>
      record.type === 'MX' ? record.data : 'data' in record ? record.data : '',
    ) as Answers
  }
}

function codeOf(answer: object): string {
  const rcode = 'rcode' in answer ? answer.rcode : 'NOERROR'
  return rcode === 'NXDOMAIN' ? 'ENOTFOUND' : rcode === 'NOERROR' ? 'ENODATA' : 'ESERVFAIL'
}

function systemServer(): NameServer {
  const [first = '127.0.0.1'] = getServers()
  const [, address = first, port] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(isIPv6(first) ? `[${first}]` : first) ?? []
  return port === undefined ? { address } : { address, port: Number(port) }
}
