import { command, file, type Resource, seBoolean, service, sh, type Text, validate } from '#orchestrate'

const pool = '/etc/php-fpm.d/postfixadmin.conf'

// It says "OK" on stderr, where a check must be silent.
const fpmCheck = sh`printf '[global]\nerror_log = /dev/null\ninclude = %s/*.conf\n' "$tree" >"$tree/check"
said=$(php-fpm -t -y "$tree/check" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`

interface PhpOptions {
  readonly content: Text
  /** What makes it come back after a crash. */
  readonly dropIn: readonly Resource[]
  readonly packages: readonly Resource[]
  /** What PHP keeps in memory. */
  readonly loaded: readonly Resource[]
}

/** PHP-FPM with a pool of PostfixAdmin's own, behind the web site. */
export function* php({ content, dropIn, packages, loaded }: PhpOptions): Iterable<Resource> {
  const workers = file({ path: pool, content })
  yield* [workers, validate({ root: '/etc/php-fpm.d', of: [workers], run: fpmCheck })]
  // PostfixAdmin writes to new mailboxes through port 25.
  yield seBoolean({ name: 'httpd_can_sendmail', value: true })
  yield* dropIn
  yield service({
    unit: 'php-fpm.service',
    restartOn: [...packages, ...dropIn],
    // Its memory of compiled files outlives a change of version.
    reloadOn: [workers, ...loaded],
    health: sh`[ -S /run/php-fpm/postfixadmin.sock ]`,
  })
}

/** Takes the pool away where an earlier declaration had it; PHP-FPM stays for what else it may serve. */
export function noPhp(): Resource {
  return command({
    name: 'no web access to PostfixAdmin',
    unless: sh`[ ! -e ${pool} ]`,
    run: sh`rm -f -- ${pool}
systemctl try-reload-or-restart php-fpm.service`,
  })
}
