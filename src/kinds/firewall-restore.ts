import { lines, raw, type Script, sh } from '../kernel/sh.ts'

const root = '/var/lib/orchestrate/firewall-restore'
const unit = 'orchestrate-restore'

/**
 * Keeps a copy of the firewall's permanent configuration and puts it back after `seconds`, unless `disarmRestore` comes
 * first: over a new connection, which proves that the host can still be reached.
 */
export function armRestore(seconds: number): Script {
  return lines([
    stop,
    sh`rm -rf -- ${root}
mkdir -p -m 0700 -- ${root}
if [ -d /etc/firewalld ]; then
cp -a /etc/firewalld ${`${root}/firewalld`}
systemctl is-active firewalld.service >${`${root}/was`} || :
cat >${`${root}/restore.sh`} <<'EOF'
${restore}
EOF
systemd-run -q --collect --unit=${unit} --on-active=${seconds} --timer-property=AccuracySec=1s /bin/sh ${`${root}/restore.sh`}
fi`,
  ])
}

/** The change stays. Fails if the old configuration is back already. */
export function disarmRestore(): Script {
  return lines([
    stop,
    sh`if [ -f ${`${root}/restored`} ]; then
  echo 'the firewall was put back: no new connection came in time' >&2
  exit 1
fi
rm -rf -- ${root}`,
  ])
}

const stop = sh`systemctl -q stop ${unit}.timer 2>/dev/null || :`

// Zones are swapped as a whole; the daemon is brought back to the state it was in.
const restore = raw(`root=${root}
: >"$root/restored"
rm -rf /etc/firewalld.orchestrate-undo
mv -T /etc/firewalld /etc/firewalld.orchestrate-undo
cp -a "$root/firewalld" /etc/firewalld
rm -rf /etc/firewalld.orchestrate-undo
if selinuxenabled 2>/dev/null; then restorecon -R /etc/firewalld; fi
case $(cat "$root/was") in
  active) firewall-cmd --reload || systemctl restart firewalld.service ;;
  *) systemctl stop firewalld.service ;;
esac`)
