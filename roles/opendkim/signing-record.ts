import { command, type Resource, sh, signingLog } from '#orchestrate'
import type { DkimKey } from './keys.ts'

// The last line of a domain says what signs for it. Both awk programs read the log first and then `DOMAIN SELECTOR` lines.
const unlike = '!now { last[$2] = $3; next } last[$1] != $2'

/**
 * Writes down when a selector begins to sign for a domain, as `SECONDS DOMAIN SELECTOR` at the end of a log: `dkim status`
 * reads from it since when each one signs and until when the ones before it did. It comes after the services, so that a
 * switch that was rolled back is none.
 */
export function signingRecord(signers: readonly DkimKey[]): Resource {
  const pairs = signers.map(({ domain, selector }) => `${domain} ${selector}`)
  const folder = signingLog.replace(/\/[^/]+$/, '')
  return command({
    name: 'record since when DKIM selectors sign',
    unless: sh`printf '%s\n' ${pairs} | awk ${`${unlike} { wrong = 1 } END { exit wrong }`} ${signingLog} now=1 -`,
    run: sh`mkdir -p -m 0700 ${folder}
touch ${signingLog}
cp -p ${signingLog} ${`${signingLog}.new`}
printf '%s\n' ${pairs} | awk -v at="$(date +%s)" ${`${unlike} { print at, $0 }`} ${signingLog} now=1 - >>${`${signingLog}.new`}
sync -- ${`${signingLog}.new`}
mv -f -- ${`${signingLog}.new`} ${signingLog}`,
  })
}
