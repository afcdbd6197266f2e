import { lines, type Script, sh } from '#orchestrate'
import type { WebSite } from '../slots.ts'

/** Apache's own parser on a copy of its directory. It writes "Syntax OK" to stderr, which a check must not. */
export const parses: Script = sh`sed -i "s#^ServerRoot .*#ServerRoot \\"$tree\\"#" "$tree/conf/httpd.conf"
said=$(httpd -t -f "$tree/conf/httpd.conf" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`

/** Every site answers; one process requests all of them. Pages that must contain something do. */
export function answers(sites: readonly WebSite[]): Script {
  const asked = sites.filter(({ health }) => health !== undefined)
  const ways = asked.flatMap(({ name }) => ['--resolve', `${name}:443:127.0.0.1`])
  const pages = asked.flatMap(({ name, health = '' }) => ['-o', '/dev/null', `https://${name}${health}`])
  const contents = asked.flatMap(({ name, health = '', contains }) =>
    contains
      ? [
          sh`curl -sk --max-time 10 --resolve ${`${name}:443:127.0.0.1`} ${`https://${name}${health}`} | grep -F -- ${contains} >/dev/null`,
        ]
      : [],
  )
  const answered = sh`[ "$(curl -sk --max-time 10 -w '%{http_code} ' ${ways} ${pages})" = ${asked.map(() => '200 ').join('')} ]`
  return lines([answered, ...contents], ' &&\n')
}
