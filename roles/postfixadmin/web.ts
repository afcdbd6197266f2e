import { command, file, pkg, type Resource, seBoolean, service, sh, type Text, validate } from '#orchestrate'
import { type Certificate, makersOf } from '../slots.ts'
import { root } from './application.ts'

const site = '/etc/httpd/conf.d/postfixadmin.conf'
const pool = '/etc/php-fpm.d/postfixadmin.conf'

// Both say "OK" on stderr, where a check must be silent.
const httpdCheck = sh`sed -i "s#^ServerRoot .*#ServerRoot \\"$tree\\"#" "$tree/conf/httpd.conf"
said=$(httpd -t -f "$tree/conf/httpd.conf" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`
const fpmCheck = sh`printf '[global]\nerror_log = /dev/null\ninclude = %s/*.conf\n' "$tree" >"$tree/check"
said=$(php-fpm -t -y "$tree/check" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`

interface WebOptions {
  readonly fqdn: string
  readonly certificate: Certificate
  readonly allowFrom: readonly string[]
  readonly minVersion: '1.2' | '1.3'
  /** PHP's own packages. */
  readonly packages: readonly Resource[]
  /** What PHP keeps in memory. */
  readonly loaded: readonly Resource[]
  template(name: string, locals?: Readonly<Record<string, unknown>>): Text
}

/** Apache and PHP-FPM in front of PostfixAdmin. */
export function* web({
  fqdn,
  certificate,
  allowFrom,
  minVersion,
  packages,
  loaded,
  template,
}: WebOptions): Iterable<Resource> {
  const servers = [pkg({ name: 'httpd' }), pkg({ name: 'mod_ssl' })]
  const php = pkg({ name: 'php-fpm' })
  yield* [...servers, php]
  // mod_ssl's own ssl.conf names this pair, which does not exist before the first start: no check would pass.
  yield command({
    name: 'first certificate of mod_ssl',
    creates: '/etc/pki/tls/certs/localhost.crt',
    run: sh`systemctl start httpd-init.service`,
  })
  const { key, chain } = certificate
  const protocols = minVersion === '1.3' ? ['TLSv1.3'] : ['TLSv1.2', 'TLSv1.3']
  const vhost = file({
    path: site,
    content: template('postfixadmin/httpd.conf.ejs', { fqdn, root, key, chain, allowFrom, protocols }),
  })
  const workers = file({ path: pool, content: template('postfixadmin/php-fpm.conf.ejs') })
  yield* [vhost, workers, validate({ root: '/etc/httpd', of: [vhost], run: httpdCheck })]
  yield validate({ root: '/etc/php-fpm.d', of: [workers], run: fpmCheck })
  // PostfixAdmin writes to new mailboxes through port 25.
  yield seBoolean({ name: 'httpd_can_sendmail', value: true })
  yield service({
    unit: 'php-fpm.service',
    restartOn: [php, ...packages],
    // Its memory of compiled files outlives a change of version.
    reloadOn: [workers, ...loaded],
    health: sh`[ -S /run/php-fpm/postfixadmin.sock ]`,
  })
  yield service({
    unit: 'httpd.service',
    reloadOn: [vhost, ...makersOf([certificate])],
    restartOn: servers,
    reloadInputs: [key, chain],
    health: sh`[ "$(curl -sk -o /dev/null -w '%{http_code}' --max-time 10 --resolve ${`${fqdn}:443:127.0.0.1`} ${`https://${fqdn}/login.php`})" = 200 ]`,
  })
}

/** Takes the site away where an earlier declaration had it; Apache stays for what else it may serve. */
export function noWeb(): Resource {
  return command({
    name: 'no web access to PostfixAdmin',
    unless: sh`[ ! -e ${site} ] && [ ! -e ${pool} ]`,
    run: sh`rm -f -- ${site} ${pool}
systemctl try-reload-or-restart php-fpm.service
systemctl try-reload-or-restart httpd.service`,
  })
}
