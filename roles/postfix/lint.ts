import {
  blockListProblems,
  mainCfNameProblems,
  masterCfNameProblems,
  missingMapProblems,
  newerValueProblems,
  restrictionProblems,
  sniProblems,
} from '#orchestrate'

/** The rendered texts, secrets masked, and the paths of all tables that the role makes. */
export interface PostfixTexts {
  readonly main: string
  readonly master: string
  readonly sni: string
  readonly names: readonly string[]
  /** Files that begin with a private key: by their names nobody can tell. */
  readonly keys: readonly string[]
  readonly tables: readonly string[]
}

/** What Postfix's own checks let pass (M1, M20, M27): found before anything is sent to a host. */
export function postfixProblems({ main, master, sni, names, keys, tables }: PostfixTexts) {
  const pem = (path: string) => `-----BEGIN ${keys.includes(path) ? 'PRIVATE KEY' : 'CERTIFICATE'}-----`
  return [
    ...mainCfNameProblems(main),
    ...masterCfNameProblems(master, main),
    ...newerValueProblems(main),
    ...restrictionProblems(main, master),
    ...blockListProblems(main, master),
    ...missingMapProblems({ main, master }, tables),
    ...sniProblems(sni, { names, pem }),
  ]
}
