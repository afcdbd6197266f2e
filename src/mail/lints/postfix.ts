import type { Problem } from '../../kernel/errors.ts'
import { missingMapProblems } from './maps.ts'
import { mainCfNameProblems, masterCfNameProblems, newerValueProblems } from './postfix-names.ts'
import { restrictionProblems } from './postfix-restrictions.ts'
import { blockListProblems } from './rbl.ts'
import { sniProblems } from './sni.ts'

/** Postfix's files as they are to be on one host, secrets masked. */
export interface PostfixTexts {
  readonly main: string
  readonly master: string
  readonly sni?: string | undefined
  /** Names that clients connect to, host name included. */
  readonly names: readonly string[]
  /** Files known to begin with a private key; without them, the names of the files decide. */
  readonly keys?: readonly string[]
  /** Paths of all tables that are made. */
  readonly tables: readonly string[]
}

/** What Postfix's own checks let pass (M1, M20, M27): found before anything is sent to a host. */
export function postfixProblems({ main, master, sni, names, keys, tables }: PostfixTexts): Problem[] {
  const pem = (path: string) => `-----BEGIN ${keys?.includes(path) ? 'PRIVATE KEY' : 'CERTIFICATE'}-----`
  return [
    ...mainCfNameProblems(main, master),
    ...masterCfNameProblems(master, main),
    ...newerValueProblems(main, master),
    ...restrictionProblems(main, master),
    ...blockListProblems(main, master),
    ...missingMapProblems({ main, master }, tables),
    ...(sni === undefined ? [] : sniProblems(sni, keys ? { names, pem } : { names })),
  ]
}
