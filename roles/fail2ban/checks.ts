import { absent, type Resource, type Script, service, sh } from '#orchestrate'

/** fail2ban's own check of the whole directory: jails, filters and actions. It reports success on stderr. */
export const parses: Script = sh`said=$(fail2ban-client -t -c "$tree" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`

/** The server answers and runs every jail: one that fails to start is only logged. */
export function jailsAreUp(names: readonly string[]): Script {
  return sh`fail2ban-client ping &&
jails=" $(fail2ban-client status | sed -n 's/.*Jail list:[[:space:]]*//p' | tr -d ,) " &&
for jail in ${names}; do case $jails in *" $jail "*) ;; *) exit 1 ;; esac; done`
}

/** Stops what an earlier declaration started. A fail2ban that is configured by hand, e.g. for ssh, is left alone. */
export function noGuard(): Resource {
  const onlyWhere = { path: '/etc/fail2ban/jail.local', holds: 'orchestrate (role fail2ban)' }
  return absent(service({ unit: 'fail2ban.service', onlyWhere }))
}
