import { raw, type Script, sh } from '../../kernel/sh.ts'

const kept = '/var/lib/orchestrate/firewall-restore'
const unit = 'orchestrate-restore'

/**
 * Keeps a copy of the firewall, permanent and runtime, and puts it back after `seconds`, unless `disarmRestore` comes
 * first: over a new connection, which proves that the host can still be reached. While an earlier change waits for that
 * proof its copy is the good one and stays.
 */
export function armRestore(seconds: number): Script {
  return sh`(
kept=${kept}
if systemctl -q is-active ${unit}.timer; then systemctl -q stop ${unit}.timer; else
${save}
fi
cut -d ' ' -f 1 /proc/uptime >"$kept/armed"
systemd-run -q --collect --unit=${unit} --on-active=${seconds} --timer-property=AccuracySec=100ms /bin/sh "$kept/restore.sh"
)`
}

/**
 * The change stays: this shell began after it (both times in hundredths of a second since boot), so a new connection came
 * through. Fails if the old firewall is back already, or if the shell is older.
 */
export const disarmRestore: Script = sh`kept=${kept}
if [ -f "$kept/armed" ]; then
  born=$(sed 's/^.*) //' "/proc/$$/stat" | cut -d ' ' -f 20)
  if ! awk -v born="$born" '{ exit $1 * 100 > born }' "$kept/armed"; then
    echo 'this connection is older than the change of the firewall' >&2
    exit 1
  fi
  systemctl -q stop ${unit}.timer 2>/dev/null || :
  # Only one of the two can make it.
  if ! mkdir "$kept/begun" 2>/dev/null; then
    echo 'the old firewall was put back before a new connection came' >&2
    exit 1
  fi
  rm -rf -- "$kept"
fi`

// Permanent zones return as files, the running ones by what they had more or less than those. `restored` tells people
// that it is over.
const restore = raw(`cd ${kept} && mkdir begun || exit 1
trap ': >restored' EXIT
if [ -d firewalld ]; then
  rm -rf /etc/firewalld.orchestrate-undo
  mv -T /etc/firewalld /etc/firewalld.orchestrate-undo
  cp -a firewalld /etc/firewalld
  rm -rf /etc/firewalld.orchestrate-undo
  if selinuxenabled 2>/dev/null; then restorecon -R /etc/firewalld; fi
fi
if [ "$(cat enabled)" != enabled ]; then systemctl -q disable firewalld.service; fi
if [ "$(cat active)" != active ]; then systemctl stop firewalld.service; exit; fi
firewall-cmd -q --reload || systemctl restart firewalld.service
flat() {
  awk '/^[^ \\t]/ { zone = $1 }
    /^  (services|ports): / { for (i = 2; i <= NF; i++) print zone, substr($1, 1, length($1) - 2), $i }
    /^\\t+rule / { sub(/^\\t+/, ""); print zone, "rich-rule", $0 }' "$1" | sort
}
flat permanent >permanent.flat
flat runtime >runtime.flat
comm -23 runtime.flat permanent.flat | while read -r zone sort one; do firewall-cmd -q --zone="$zone" "--add-$sort=$one"; done
comm -13 runtime.flat permanent.flat | while read -r zone sort one; do firewall-cmd -q --zone="$zone" "--remove-$sort=$one"; done`)

const save = sh`rm -rf -- "$kept"
mkdir -p -m 0700 -- "$kept"
systemctl is-active firewalld.service >"$kept/active" || :
systemctl is-enabled firewalld.service >"$kept/enabled" 2>/dev/null || :
if [ -d /etc/firewalld ]; then cp -a /etc/firewalld "$kept/firewalld"; fi
if [ "$(cat "$kept/active")" = active ]; then
  firewall-cmd --permanent --list-all-zones >"$kept/permanent"
  firewall-cmd --list-all-zones >"$kept/runtime"
fi
cat >"$kept/restore.sh" <<'EOF'
${restore}
EOF`
