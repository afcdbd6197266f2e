import { command, type Resource, type Script, sh } from '#orchestrate'
import type { Vars } from './vars.ts'

/**
 * Postfix's own checks of the whole directory. Whichever directory it is given, `postfix check` also reads /etc/postfix/main.cf
 * and opens the tables named there (postfix-script reads multi_instance_directories). Therefore the copy is mounted over
 * /etc/postfix for these commands only: a broken live main.cf can be repaired, and candidates are checked against each other and
 * not against the files they replace. postconf exits 0 on many mistakes, so any output counts. `postfix` reports problems only
 * to a terminal and to the journal.
 */
export const checkTree: Script = sh`find "$tree" -type f -exec touch -d '1 minute ago' {} +
unshare --mount sh -ec 'mount --bind -- "$1" /etc/postfix
postconf -n >/dev/null
postconf -M >/dev/null
said=$(script -qec "postfix check" /dev/null </dev/null) || { printf "%s\n" "$said" >&2; exit 1; }' sh "$tree"`

/**
 * Looks up a key in the table "$candidate" with a minimal main.cf: the live one may be broken, and IPv6 may be off. Postfix
 * waits two seconds for every table that was just written (dict_load_file_xp), so it is given copies with an older time.
 */
export function lookUp(type: string, key: string): Script {
  return sh`settings=$(mktemp -d)
trap 'rm -rf -- "$settings"' EXIT
printf '%s\n' 'meta_directory = /etc/postfix' 'shlib_directory = /usr/lib64/postfix' 'inet_protocols = ipv4' >"$settings/main.cf"
cp -- "$candidate" "$settings/\${candidate##*/}"
touch -d '1 minute ago' "$settings"/main.cf "$settings/\${candidate##*/}"
look_up() { postmap -c "$settings" -q ${key} ${type}:"$settings/\${candidate##*/}" >/dev/null; }`
}

/**
 * Port 25 greets, answers EHLO, and accepts a bounce for the postmaster: this exercises the restrictions, the address tables
 * and the filters without sending mail. The submission ports greet.
 */
export function answers({ host, mail, submission }: Pick<Vars, 'host' | 'mail' | 'submission'>): Script {
  const dialogue = `exec 3<>/dev/tcp/127.0.0.1/25
answer() { while IFS= read -r line <&3; do case "$line" in "$1-"*) ;; "$1 "*) return 0 ;; *) return 1 ;; esac; done; return 1; }
say() { printf "%s\\r\\n" "$1" >&3; }
answer 220 && say "EHLO ${host.fqdn}" && answer 250 && say "MAIL FROM:<>" && answer 250 &&
  say "RCPT TO:<${mail.postmaster}>" && answer 250 && say QUIT && answer 221`
  const ports = submission.ports.map((port) =>
    port === 587
      ? sh`timeout 5 bash -c 'IFS= read -r line </dev/tcp/127.0.0.1/587; printf %s "$line"' | grep -q '^220 '`
      : sh`printf 'QUIT\\r\\n' | timeout 5 openssl s_client -connect 127.0.0.1:465 -quiet 2>/dev/null | grep -q '^220 '`,
  )
  return [sh`timeout 15 bash -c ${dialogue}`, ...ports].reduce((all, one) => sh`${all} && ${one}`)
}

/** The sockets of port 25. After inet_interfaces was edited only a restart opens them: a reload does not move listeners. */
export function listens({ ipv6 }: Pick<Vars, 'ipv6'>): string[] {
  return ['0.0.0.0:25', ...(ipv6.enabled ? ['[::]:25'] : [])]
}

/** Redirects mail for root to a mailbox. Other entries of /etc/aliases are left alone. */
export function rootAlias(target: string): Resource {
  return command({
    name: 'alias of root',
    unless: sh`[ "$(postalias -q root hash:/etc/aliases)" = ${target} ] && grep -qxF ${`root: ${target}`} /etc/aliases`,
    run: sh`[ -e /etc/aliases ] || : >/etc/aliases
new=$(mktemp /etc/.aliases.XXXXXX)
trap 'rm -f "$new"' EXIT
cp -p /etc/aliases "$new"
awk -v entry=${`root: ${target}`} '
  continued && /^[ \t]/ { next }
  { continued = 0 }
  tolower($0) ~ /^"?root"?[ \t]*:/ { continued = 1; if (!done++) print entry; next }
  { print }
  END { if (!done) print entry }' /etc/aliases >"$new"
mv -f "$new" /etc/aliases
if selinuxenabled 2>/dev/null; then restorecon /etc/aliases; fi
newaliases`,
  })
}
