import { z } from 'zod'
import { lines, type Script, sh } from '../kernel/sh.ts'
import { difference, keep, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { checkCertificates } from './support/certificate-check.ts'
import { defineKind } from './support/define.ts'
import { path } from './support/fields.ts'

const schema = z.strictObject({
  /** The DNS name that it is served for. */
  name: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i, 'a DNS name such as mail.blue.example'),
  /** PEM path of the private key. */
  key: path,
  /** PEM path of the certificate and its chain; it may be the same file, the key first. */
  chain: path,
})

type Want = z.output<typeof schema>

/**
 * A certificate that something else put on the host and that daemons can serve. Access of others to the key is removed
 * (certbot itself uses 0600), SELinux labels that files brought along from elsewhere are restored; other problems must be
 * solved by hand, and stop the role.
 */
export const certificate = defineKind<typeof schema, readonly string[]>({
  name: 'certificate',
  schema,
  key: (want) => want.name,
  secretFiles: (want) => [{ path: want.key }],
  probe: (wants) => sh`${checkCertificates(wants)} 2>/dev/null`,

  parse: (output, wants) => {
    const said = output.split('\n')
    const checked = said.includes('checked')
    return new Map(
      wants.map(({ name }): [string, Observed<readonly string[]>] => {
        const start = `wrong ${name}: `
        const problems = said.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length))
        return [name, checked ? present(problems) : unknown('its files could not be checked')]
      }),
    )
  },

  diff: (_want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return keep
    return updateIf(seen.live.map((why) => difference('check', why, 'passed')))
  },

  apply: closeAndCheck,
})

function closeAndCheck(want: Want): Script {
  const files = [...new Set([want.key, want.chain])]
  return lines([
    sh`if file=$(readlink -e ${want.key}); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in ${files}; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi`,
    sh`said=$(${checkCertificates([want])})
[ "$said" = checked ] || { printf '%s\n' "$said" | sed -n 's/^wrong //p' >&2; exit 1; }`,
  ])
}
