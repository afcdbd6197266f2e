import { lines, raw, type Script, sh } from '../../kernel/sh.ts'

/** A zone as it should be, rules as firewalld spells them. */
export interface ZoneWant {
  readonly zone: string
  readonly services: readonly string[]
  readonly ports: readonly string[]
  readonly richRules: readonly string[]
  readonly exclusive: boolean
}

const bus = 'org.fedoraproject.FirewallD1'
const sshdPorts = `{ grep -hiE '^[[:space:]]*port[[:space:]]+[0-9]+' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null || :; }`

/**
 * Prints the settings of both sides of every zone. firewalld is asked over D-Bus (20 ms, its own command takes 300);
 * a firewalld that is stopped stays stopped.
 */
export function probeZones(zones: readonly string[]): Script {
  return sh`bus=${bus} root=/${raw(bus.replaceAll('.', '/'))}
ask() { busctl --auto-start=no --json=short call "$bus" "$@" 2>/dev/null; }
${raw(sshdPorts)} | sed 's/^ */sshd /'
if ! command -v firewall-cmd >/dev/null; then echo 'firewalld missing'; exit 0; fi
state=stopped
if ask "$root" "$bus" getDefaultZone >/dev/null || systemctl -q is-active firewalld.service; then state=running; fi
echo "firewalld $state"
for zone in ${zones}; do
  printf '= permanent %s\n' "$zone"
  if [ "$state" = stopped ]; then firewall-offline-cmd --zone="$zone" --list-all 2>/dev/null; continue; fi
  path=$(ask "$root/config" "$bus.config" getZoneByName s "$zone")
  path=\${path##*[} path=\${path#?} path=\${path%%\\"*}
  ask "$path" "$bus.config.zone" getSettings2 || firewall-cmd --permanent --zone="$zone" --list-all 2>/dev/null
  printf '= runtime %s\n' "$zone"
  ask "$root" "$bus.zone" getZoneSettings2 s "$zone" || firewall-cmd --zone="$zone" --list-all 2>/dev/null
done
exit 0`
}

/** Opens what is missing on both sides, then, if nothing else may be open, closes the rest; established connections are kept. */
export function applyZone(want: ZoneWant): Script {
  const open = [
    sh`both open service ${want.services}`,
    sh`both open port ${want.ports}`,
    sh`both open rule ${want.richRules}`,
  ]
  return lines([
    sh`zone=${want.zone} bus=${bus} root=/${raw(bus.replaceAll('.', '/'))}`,
    functions,
    makeZone,
    ...open,
    ...(want.exclusive ? [close(want)] : []),
  ])
}

const functions = raw(`call() {
  out=$(busctl --auto-start=no call "$bus" "$@" 2>&1) && return 0
  case $out in *ALREADY_ENABLED*|*NOT_ENABLED*) return 0 ;; esac
  printf '%s\\n' "$out" >&2
  exit 1
}
both() {
  if [ "$state" = running ]; then runtime "$@"; permanent "$@"; else stopped "$@"; fi
}
runtime() {
  what=$1-$2
  shift 2
  for one; do
    case $what in
      open-service) call "$root" "$bus.zone" addService ssi "$zone" "$one" 0 ;;
      open-port) call "$root" "$bus.zone" addPort sssi "$zone" "\${one%/*}" "\${one#*/}" 0 ;;
      open-rule) call "$root" "$bus.zone" addRichRule ssi "$zone" "$one" 0 ;;
      close-service) call "$root" "$bus.zone" removeService ss "$zone" "$one" ;;
      close-port) call "$root" "$bus.zone" removePort sss "$zone" "\${one%/*}" "\${one#*/}" ;;
      close-rule) call "$root" "$bus.zone" removeRichRule ss "$zone" "$one" ;;
    esac
  done
}
permanent() {
  what=$1-$2
  shift 2
  for one; do
    case $what in
      open-service) call "$path" "$bus.config.zone" addService s "$one" ;;
      open-port) call "$path" "$bus.config.zone" addPort ss "\${one%/*}" "\${one#*/}" ;;
      open-rule) call "$path" "$bus.config.zone" addRichRule s "$one" ;;
      close-service) call "$path" "$bus.config.zone" removeService s "$one" ;;
      close-port) call "$path" "$bus.config.zone" removePort ss "\${one%/*}" "\${one#*/}" ;;
      close-rule) call "$path" "$bus.config.zone" removeRichRule s "$one" ;;
    esac
  done
}
stopped() {
  case $1-$2 in
    open-service) option=--add-service ;;
    open-port) option=--add-port ;;
    open-rule) option=--add-rich-rule ;;
    close-service) option=--remove-service-from-zone ;;
    close-port) option=--remove-port ;;
    close-rule) option=--remove-rich-rule ;;
  esac
  shift 2
  [ $# -gt 0 ] || return 0
  for one; do
    shift
    set -- "$@" "$option=$one"
  done
  # One call takes 0.4 s however many it names; what is as asked already is only warned of.
  out=$(firewall-offline-cmd --zone="$zone" "$@" 2>&1) && return 0
  printf '%s\\n' "$out" >&2
  exit 1
}`)

// What the zone had before is what may have to be closed. A zone that is made here becomes known to the running firewall by a reload; an existing one needs none.
const makeZone = raw(`state=stopped
if busctl --auto-start=no call "$bus" "$root" "$bus" getDefaultZone >/dev/null 2>&1; then state=running; fi
if [ "$state" = running ]; then
  if ! firewall_path=$(busctl --auto-start=no call "$bus" "$root/config" "$bus.config" getZoneByName s "$zone" 2>/dev/null); then
    firewall-cmd -q --permanent --new-zone="$zone"
    firewall-cmd -q --reload
    firewall_path=$(busctl --auto-start=no call "$bus" "$root/config" "$bus.config" getZoneByName s "$zone")
  fi
  path=\${firewall_path#*\\"} path=\${path%\\"*}
else
  listed=$(firewall-offline-cmd --zone="$zone" --list-all 2>/dev/null) || firewall-offline-cmd --new-zone="$zone" >/dev/null
fi`)

function close(want: ZoneWant): Script {
  const spared = ['ssh', 'dhcpv6-client', ...want.services, ...want.ports, ...want.richRules]
  return sh`spared=$(printf '%s\n' ${spared}; ${raw(sshdPorts)} | awk '{ print $2 "/tcp" }')
shut() {
  side=$1 sort=$3 IFS='
'
  set -f
  set -- $2
  set +f
  unset IFS
  for one; do
    shift
    case "
$spared
" in *"
$one
"*) ;; *) set -- "$@" "$one" ;; esac
  done
  "$side" close "$sort" "$@"
}
each() {
  shut "$1" "$(printf '%s\n' "$2" | sed -n 's/^  services: *//p' | tr ' ' '\n')" service
  shut "$1" "$(printf '%s\n' "$2" | sed -n 's/^  ports: *//p' | tr ' ' '\n')" port
  shut "$1" "$(printf '%s\n' "$2" | sed -n 's/^[[:space:]]*\\(rule .*\\)$/\\1/p')" rule
}
if [ "$state" = running ]; then
  each runtime "$(firewall-cmd --zone="$zone" --list-all)"
  each permanent "$(firewall-cmd --permanent --zone="$zone" --list-all)"
else
  each stopped "$listed"
fi`
}
