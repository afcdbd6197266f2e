import { z } from 'zod'
import { type Script, sh } from '../../kernel/sh.ts'

/** Name of an RPM package. */
export const packageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'the name of an RPM package')

/** An installed package. */
export interface InstalledPackage {
  readonly name: string
  /** `epoch:version-release.arch` as rpm knows it. */
  readonly version: string
  /** Seconds since the epoch at which it was installed. */
  readonly installed: number
}

/** Prints `rpm NAME EPOCH:VERSION-RELEASE.ARCH INSTALLTIME` for each installed package; one process. */
export function queryPackages(names: readonly string[]): Script {
  return sh`rpm -q --qf 'rpm %{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} %{INSTALLTIME}\n' ${names} 2>/dev/null | grep '^rpm '`
}

/** What `queryPackages` printed. */
export function parsePackages(output: string): InstalledPackage[] {
  return [...output.matchAll(/^rpm (\S+) (\S+) (\d+)$/gm)].map(([, name, version, installed]) => ({
    name: name ?? '',
    version: version ?? '',
    installed: Number(installed),
  }))
}
