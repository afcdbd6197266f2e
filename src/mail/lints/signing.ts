import type { Problem } from '../../kernel/errors.ts'
import { internalHostsProblems, keyTableProblems, signingTableProblems } from './key-table.ts'

/** OpenDKIM's tables as they are to be on one host. */
export interface SigningTexts {
  readonly keyTable?: string | undefined
  readonly signingTable?: string | undefined
  readonly trustedHosts?: string | undefined
  /** Whom the host may sign for, its own name included. */
  readonly domains: readonly string[]
}

/** What `opendkim -n` lets pass (M2, M3). */
export function signingProblems({ keyTable, signingTable, trustedHosts, domains }: SigningTexts): Problem[] {
  const signed = keyTable === undefined ? {} : { keyTable }
  return [
    ...(keyTable === undefined ? [] : keyTableProblems(keyTable)),
    ...(signingTable === undefined ? [] : signingTableProblems(signingTable, { ...signed, domains })),
    ...(trustedHosts === undefined ? [] : internalHostsProblems(trustedHosts)),
  ]
}
