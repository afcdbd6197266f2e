import { tried } from '../world/host.ts'
import type { Stored } from './stored.ts'

/** What dkimpy's dkimverify says of a message, on a host that has it. */
export async function dkimverify(host: string, { raw }: Stored): Promise<string> {
  return said(host, 'python3 -m dkim.dkimverify', raw)
}

/** What dkimpy's arcverify says: `arc verification: cv=b'pass' success`. */
export async function arcverify(host: string, { raw }: Stored): Promise<string> {
  return said(host, 'python3 -m dkim.arcverify', raw)
}

async function said(host: string, tool: string, raw: string): Promise<string> {
  const { stdout, stderr } = await tried(host, tool, raw.replaceAll(/\r?\n/g, '\r\n'))
  return `${stdout}\n${stderr}`.trim()
}
