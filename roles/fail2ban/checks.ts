import { command, type Resource, type Script, sh } from '#orchestrate'

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
  return command({
    name: 'fail2ban is off',
    unless: sh`! grep -qs 'orchestrate (role fail2ban)' /etc/fail2ban/jail.local || { ! systemctl -q is-active fail2ban.service && ! systemctl -q is-enabled fail2ban.service; }`,
    run: sh`systemctl -q disable --now fail2ban.service`,
  })
}
