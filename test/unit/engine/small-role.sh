state=/var/lib/orchestrate token=b1946ac92492d2347c6235b4d2611184 run=20261124T034856Z-3f9a
backup=$state/backups/20261124T034856Z-3f9a/mail log=$state/log agains=
mark() { printf '%s %s
' "$token" "$*"; }
begin() {
  if [ -e "$state/stop" ]; then drop_candidates; mark stopped; exit 0; fi
  mark "begin $1"
}
mkdir -p -m 0700 "$state/backups" "$state/backups/20261124T034856Z-3f9a" "$backup" && : >"$backup/list" && : >"$log" || exit 1
printf '%s %s
' 20261124T034856Z-3f9a mail >"$state/journal"
fail() {
  mark "failed $1 $(tail -c 4000 "$log" | tail -n 20 | base64 -w0)"
  rollback
  exit 1
}
rollback() {
  if [ -s "$backup/list" ]; then
    tac "$backup/list" | while IFS=' ' read -r verb target; do
      case $verb in
        restore) cp -a -- "$backup/files$target" "$target.orchestrate-$run" && mv -fT -- "$target.orchestrate-$run" "$target" ;;
        remove) rm -f -- "$target" ;;
      esac
    done
    for again in $agains; do "$again" >/dev/null 2>&1; done
    mark "rolled-back $(wc -l <"$backup/list")"
  fi
  drop_candidates
}
drop_candidates() {
  [ -f "$state/candidates" ] || return 0
  while IFS= read -r path; do rm -rf --one-file-system -- "$path"; done <"$state/candidates"
  rm -f "$state/candidates"
}
begin package:postfix
begin package:postfix-mysql
( set -e
rpm -q --quiet postfix postfix-mysql >/dev/null 2>&1 || { dnf -y -q install postfix postfix-mysql; }
) >"$log" 2>&1
[ $? -eq 0 ] || fail package:postfix-mysql
mark done package:postfix
mark done package:postfix-mysql
begin directory:/etc/postfix/maps
( set -e
if [ -L /etc/postfix/maps ] || { [ -e /etc/postfix/maps ] && [ ! -d /etc/postfix/maps ]; }; then
  echo "a file or link stands at "/etc/postfix/maps"; move it away first" >&2
  exit 1
fi
(umask 022; mkdir -p -- /etc/postfix/maps)
chown root:root /etc/postfix/maps
chmod 0755 /etc/postfix/maps
if selinuxenabled 2>/dev/null; then restorecon -- /etc/postfix/maps; fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail directory:/etc/postfix/maps
mark done directory:/etc/postfix/maps
printf '%s
' /etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix.orchestrate-20261124T034856Z-3f9a >>"$state/candidates"
begin file:/etc/postfix/main.cf
candidate=/etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a
( set -e
: >"$candidate"
chown root:root "$candidate"
chmod 0644 "$candidate"
base64 -d >"$candidate" <<'EOF'
bXlob3N0bmFtZSA9IHN2MS5ibHVlLmV4YW1wbGUKIyBpdCdzCg==
EOF
sync "$candidate"
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
begin file:/etc/postfix/sql.cf
candidate=/etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a
( set -e
: >"$candidate"
chown root:postfix "$candidate"
chmod 0640 "$candidate"
base64 -d >"$candidate" <<'EOF'
<secret:db/postfix>
EOF
sync "$candidate"
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/sql.cf
candidate=/etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a
( set -e
postconf -c "$candidate"
) >"$log" 2>"$log.err"
[ $? -eq 0 ] && [ ! -s "$log.err" ] || { cat "$log.err" >>"$log"; fail file:/etc/postfix/main.cf; }

begin validate:/etc/postfix
( set -e
rm -rf -- /etc/postfix.orchestrate-20261124T034856Z-3f9a
if [ -d /etc/postfix ]; then cp -a -- /etc/postfix /etc/postfix.orchestrate-20261124T034856Z-3f9a; else mkdir -p -m 0700 -- /etc/postfix.orchestrate-20261124T034856Z-3f9a; fi
mkdir -p -- /etc/postfix.orchestrate-20261124T034856Z-3f9a; rm -f -- /etc/postfix.orchestrate-20261124T034856Z-3f9a/.main.cf.orchestrate-20261124T034856Z-3f9a; cp -a -- /etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix.orchestrate-20261124T034856Z-3f9a/main.cf
mkdir -p -- /etc/postfix.orchestrate-20261124T034856Z-3f9a; rm -f -- /etc/postfix.orchestrate-20261124T034856Z-3f9a/.sql.cf.orchestrate-20261124T034856Z-3f9a; cp -a -- /etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix.orchestrate-20261124T034856Z-3f9a/sql.cf
) >"$log" 2>&1
[ $? -eq 0 ] || fail validate:/etc/postfix
( set -e
tree=/etc/postfix.orchestrate-20261124T034856Z-3f9a
postfix -c "$tree" check
) >"$log" 2>"$log.err"
[ $? -eq 0 ] && [ ! -s "$log.err" ] || { cat "$log.err" >>"$log"; fail validate:/etc/postfix; }
rm -rf --one-file-system -- /etc/postfix.orchestrate-20261124T034856Z-3f9a
mark done validate:/etc/postfix
( set -e
if [ -e /etc/postfix/main.cf ] || [ -L /etc/postfix/main.cf ]; then
  mkdir -p -- "$backup/files"/etc/postfix
  cp -a -- /etc/postfix/main.cf "$backup/files"/etc/postfix/main.cf
  printf 'restore %s
' /etc/postfix/main.cf >>"$backup/list"
else
  printf 'remove %s
' /etc/postfix/main.cf >>"$backup/list"
fi
mv -fT -- /etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix/main.cf
if selinuxenabled 2>/dev/null; then restorecon -- /etc/postfix/main.cf; fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
mark done file:/etc/postfix/main.cf
( set -e
if [ -e /etc/postfix/sql.cf ] || [ -L /etc/postfix/sql.cf ]; then
  mkdir -p -- "$backup/files"/etc/postfix
  cp -a -- /etc/postfix/sql.cf "$backup/files"/etc/postfix/sql.cf
  printf 'restore %s
' /etc/postfix/sql.cf >>"$backup/list"
else
  printf 'remove %s
' /etc/postfix/sql.cf >>"$backup/list"
fi
mv -fT -- /etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix/sql.cf
if selinuxenabled 2>/dev/null; then restorecon -- /etc/postfix/sql.cf; fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/sql.cf
mark done file:/etc/postfix/sql.cf
sync -- /etc/postfix 2>/dev/null
rm -f -- "$state/candidates"
begin 'command:build the maps'
again_6() {
( set -e
mkdir -p -m 0700 /var/lib/orchestrate/loaded
record=/var/lib/orchestrate/loaded/command-build-the-maps
{
printf '%s
' /etc/postfix/main.cf | xargs -d '
' -r sh -c 'find -L "$@" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum' sh | sed 's/^/loaded /' | sed -E 's/^loaded (\S+)  (.*)$/file:\2 \1/'

:
} >"$record.new"
( set -e
postmap /etc/postfix/x
)
mv -f -- "$record.new" "$record"
)
}
agains="$agains again_6"
( set -e
mkdir -p -m 0700 /var/lib/orchestrate/loaded
record=/var/lib/orchestrate/loaded/command-build-the-maps
{
printf '%s
' /etc/postfix/main.cf | xargs -d '
' -r sh -c 'find -L "$@" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum' sh | sed 's/^/loaded /' | sed -E 's/^loaded (\S+)  (.*)$/file:\2 \1/'

:
} >"$record.new"
( set -e
postmap /etc/postfix/x
)
mv -f -- "$record.new" "$record"
) >"$log" 2>&1
[ $? -eq 0 ] || fail 'command:build the maps'
mark done 'command:build the maps'
begin service:postfix.service
again_7() {
( set -e
if systemctl -q is-failed postfix.service; then systemctl reload-or-restart postfix.service; else systemctl try-reload-or-restart postfix.service; fi
)
}
agains="$agains again_7"
( set -e
case $(systemctl show -p NeedDaemonReload --value postfix.service) in *yes*) systemctl daemon-reload ;; esac
systemctl -q --no-reload enable postfix.service
mkdir -p -m 0700 /var/lib/orchestrate/loaded
record=/var/lib/orchestrate/loaded/postfix.service
{
printf '%s
' /etc/postfix/main.cf /etc/postfix/sql.cf | xargs -d '
' -r sh -c 'find -L "$@" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum' sh | sed 's/^/loaded /' | sed -E 's/^loaded (\S+)  (.*)$/file:\2 \1/'
rpm -q --qf 'rpm %{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} %{INSTALLTIME}
' postfix postfix-mysql 2>/dev/null | grep '^rpm ' | sed -E 's/^rpm (\S+) (\S+) .*$/rpm:\1 \2/'

:
} >"$record.new"
systemctl restart postfix.service
shown= before= tries=0
field() { rest=${shown#*"
$1="}; printf '%s' "${rest%%
*}"; }
while :; do
  shown="
$(systemctl show -p Type,ActiveState,ExecMainStartTimestampMonotonic,InvocationID postfix.service)
"
  state=$(field ActiveState) now=$(field ExecMainStartTimestampMonotonic)
  case $(field Type) in simple|exec|idle) ;; *) before=$now ;; esac
  if [ "$state" = active ] && [ "$now" = "$before" ] && { postfix status
  } >/dev/null 2>&1; then break; fi
  tries=$((tries + 1)) before=$now
  if [ "$state" = failed ] || [ "$tries" -gt 150 ]; then
    echo 'postfix.service is not healthy'" ($state)" >&2
    journalctl -u postfix.service -n 12 --no-pager -o cat >&2
    exit 1
  fi
  sleep 0.2
done
printf 'invocation %s
' "$(field InvocationID)" >>"$record.new"
mv -f -- "$record.new" "$record"
) >"$log" 2>&1
[ $? -eq 0 ] || fail service:postfix.service
mark done service:postfix.service
mark role-done
