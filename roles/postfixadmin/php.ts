import { absent, file, type Resource, seBoolean, service, sh, type Text, validate } from '#orchestrate'

const pool = '/etc/php-fpm.d/postfixadmin.conf'

// It writes "OK" to stderr, which a check must not.
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

/** PHP-FPM with a separate pool for PostfixAdmin. */
export function* php({ content, dropIn, packages, loaded }: PhpOptions): Iterable<Resource> {
  const workers = file({ path: pool, content })
  yield* [workers, validate({ root: '/etc/php-fpm.d', of: [workers], run: fpmCheck })]
  // PostfixAdmin sends a message to new mailboxes through port 25.
  yield seBoolean({ name: 'httpd_can_sendmail', value: true })
  yield* dropIn
  yield service({
    unit: 'php-fpm.service',
    restartOn: [...packages, ...dropIn],
    // Its cache of compiled files survives a change of version.
    reloadOn: [workers, ...loaded],
    health: sh`[ -S /run/php-fpm/postfixadmin.sock ]`,
  })
}

/** Removes the pool of an earlier declaration; PHP-FPM itself is kept, as it may serve other sites. */
export function noPhp(): Resource[] {
  const workers = absent(file({ path: pool }))
  return [workers, service({ unit: 'php-fpm.service', state: 'as-found', reloadOn: [workers] })]
}
