import { OrchestrateError } from '../kernel/errors.ts'
import { parsePublicKeys, publicKeysScript } from '../mail/dns/host-keys.ts'
import type { PublicKey } from '../mail/dns/record.ts'
import type { Session } from '../model/session.ts'

/** Reads the public keys of a host in one command. */
export async function readPublicKeys(session: Session): Promise<PublicKey[]> {
  const { code, stdout, stderr } = await session.run(publicKeysScript, { timeoutMs: 60_000 })
  if (code === 0) return parsePublicKeys(stdout)
  throw new OrchestrateError(`the signing keys could not be read: ${stderr.trim().slice(0, 200)}`, {
    code: 'E_PROBE',
    exit: 'failed',
    host: session.host,
  })
}
