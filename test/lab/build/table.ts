/** How an RPM is made of Debian packages and of the files in files/rpm/NAME. The table itself is in ../packages/. */
export interface Rpm {
  readonly name: string
  /** A version, or the Debian package from which it is taken. */
  readonly version: string | { readonly of: string }
  readonly release?: string
  readonly epoch?: number
  readonly repo?: Repo
  readonly noarch?: boolean
  readonly summary?: string
  /** `{evr}` stands for this RPM's own epoch and version. */
  readonly requires?: readonly string[]
  readonly recommends?: readonly string[]
  readonly provides?: readonly string[]
  /** Debian package → { pattern in it → where its matches go }. A target that ends in / keeps their names. */
  readonly take?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Patterns of what was taken too much. */
  readonly drop?: readonly string[]
  /** Small files, for which a file in files/rpm would say no more than its name. */
  readonly write?: Readonly<Record<string, string>>
  readonly links?: Readonly<Record<string, string>>
  /** Folders, each with `mode user group`. */
  readonly dirs?: Readonly<Record<string, string>>
  /** Files that are not as they lie in the staged tree: `mode user group`. */
  readonly modes?: Readonly<Record<string, string>>
  /** Regular expressions over a text file: [path, pattern, replacement]. */
  readonly edit?: readonly (readonly [path: string, pattern: RegExp, replacement: string])[]
  /** NUL-terminated strings overwritten in ELF files; the new one may not be longer. */
  readonly strings?: Readonly<Record<string, string>>
  readonly rpath?: string
  /** Shared library in the RPM → its C source in files/. */
  readonly compile?: Readonly<Record<string, string>>
  /** A library that every ELF file of the RPM loads first. */
  readonly preload?: string
  readonly groups?: Readonly<Record<string, number | undefined>>
  readonly users?: readonly User[]
  /** Shell that runs after installation, before units are preset. */
  readonly post?: string
}

export interface User {
  readonly name: string
  readonly id?: number
  readonly home: string
  /** Further groups, comma-separated. */
  readonly groups?: string
}

export const REPOS = ['baseos', 'appstream', 'crb', 'extras', 'epel', 'epel-testing'] as const
export type Repo = (typeof REPOS)[number]

/** RPMs that are built together; the release is repeated for every one that is listed. */
export interface RpmGroup {
  readonly rpms: readonly Rpm[]
  readonly releases?: readonly string[]
  /** A module stream that consists of the last release. */
  readonly module?: { readonly name: string; readonly stream: string; readonly profile: readonly string[] }
}

/** Everything that the table takes from Debian. */
export function debsOf(groups: readonly RpmGroup[]): string[] {
  const names = groups.flatMap(({ rpms }) =>
    rpms.flatMap(({ take = {}, version }) => [
      ...Object.keys(take),
      ...(typeof version === 'string' ? [] : [version.of]),
    ]),
  )
  return [...new Set(names)].sort()
}
