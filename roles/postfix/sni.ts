import { command, directory, file, lines, type Resource, type Script, sh } from '#orchestrate'
import { type Certificate, makersOf } from '../slots.ts'

const map = '/etc/postfix/tls_server_sni_maps'
const hooks = '/etc/letsencrypt/renewal-hooks/deploy'

/** The text of tls_server_sni_maps: for each name the private key, then the chain; or one file that holds both (M1). */
export function sniText(certificates: readonly Certificate[]): string {
  const rows = certificates.map(({ name, key, chain }) => [name, ...new Set([key, chain])].join(' '))
  return `${['# Written by orchestrate; changes made here are undone. The key comes first.', ...rows].join('\n')}\n`
}

/** The table's text. Its index holds copies of the private keys, so both are for root alone (M1). */
export function sniTable(certificates: readonly Certificate[]): Resource {
  return file({ path: map, content: sniText(certificates), mode: '0600' })
}

/** Builds the index whenever it does not hold exactly the present keys and chains; certbot does the same after a renewal. */
export function sniIndex(certificates: readonly Certificate[]): Resource[] {
  const index = command({
    name: 'build tls_server_sni_maps.db',
    unless: isCurrent(certificates),
    inputs: makersOf(certificates),
    run: build,
  })
  if (!certificates.some(({ chain }) => chain.startsWith('/etc/letsencrypt/'))) return [index]
  return [index, directory({ path: hooks }), file({ path: `${hooks}/50-postfix`, content: hook, mode: '0755' })]
}

// Built beside the live one and renamed: running Postfix daemons never see half of it.
const build: Script = sh`umask 077
work=$(mktemp -d /etc/postfix/.sni.XXXXXX)
trap 'rm -rf "$work"' EXIT
cp ${map} "$work/map"
said=$(postmap -F hash:"$work/map" 2>&1) && [ -z "$said" ] || { echo "$said" >&2; exit 1; }
chmod 600 "$work/map.db"
mv -f "$work/map.db" ${`${map}.db`}
if selinuxenabled 2>/dev/null; then restorecon ${`${map}.db`}; fi`

const hook = `#!/bin/sh
# Written by orchestrate; changes made here are undone.
set -e
${String(build)}
systemctl try-reload-or-restart postfix.service
`

function isCurrent(certificates: readonly Certificate[]): Script {
  const holds = certificates.map(({ name, key, chain }) => {
    const files = [...new Set([key, chain])]
    // postmap puts an empty line between the files.
    return sh`[ "$(postmap -F -q ${name} ${`hash:${map}`} | grep . | sha256sum)" = "$(cat ${files} | grep . | sha256sum)" ]`
  })
  return lines(
    [
      sh`[ "$(stat -c '%a %U %G' ${`${map}.db`})" = '600 root root' ]`,
      sh`[ "$(postmap -s ${`hash:${map}`} | wc -l)" -eq ${certificates.length} ]`,
      ...holds,
    ],
    ' &&\n',
  )
}
