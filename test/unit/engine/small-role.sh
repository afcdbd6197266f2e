state=/var/lib/orchestrate volatile=/run/orchestrate me=$(id -u)
log=$volatile/log
token=b1946ac92492d2347c6235b4d2611184 run=20261124T034856Z-3f9a role=mail agains=
changes=$state/changes/$role began=$run
mark() { printf '%s %s
' "$token" "$*"; }
exists() { [ -e "$1" ] || [ -L "$1" ]; }
folder_of() { folder=${1%/*}; folder=${folder:-/}; }
# Makes a directory the working directory; a link on the way must belong to root.
enter() {
  cd -P -- "$1" || return 1
  [ "$PWD" != "$1" ] || return 0
  rest=${1#/} walked=
  while [ -n "$rest" ]; do
    walked=$walked/${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
    if [ -L "$walked" ] && [ "$(stat -c %u -- "$walked")" != "$me" ]; then
      echo "$walked is a link that another account made; nothing is changed through it" >&2
      return 1
    fi
  done
}
# Whether a role has changed files that are not proven yet.
unproven() { for list in "$1"/*.list; do [ -e "$list" ] && return 0; done; return 1; }
# Puts back one path of the working directory: 0 done, 3 nothing to do.
put_back_one() {
  kept=./.$2.orchestrate-$began.kept
  case $1 in
    restore)
      exists "$kept" || return 3
      if [ "$(stat -c %d:%i -- "$kept")" = "$(stat -c %d:%i -- "./$2" 2>/dev/null)" ]; then rm -f -- "$kept"; return 3; fi
      mv -fT -- "$kept" "./$2"
      ;;
    remove)
      exists "./$2" || return 3
      rm -f -- "./$2"
      ;;
  esac
}
# Takes a role's changes back, the last one first; prints how many paths came back and how many did not.
put_back() {
  read -r began <"$1/began" || return 1
  cat -- "$1"/*.list 2>/dev/null | tac | {
    back=0 lost=0
    while IFS= read -r line; do
      path=${line#* }
      folder_of "$path"
      ( enter "$folder" && put_back_one "${line%% *}" "${path##*/}" )
      case $? in 0) back=$((back + 1)) ;; 3) ;; *) lost=$((lost + 1)); echo "$path was not put back" >&2 ;; esac
    done
    echo "$back $lost"
  }
}
drop_temporaries() {
  cat -- "$1"/*.temporary 2>/dev/null | while IFS= read -r path; do
    folder_of "$path"
    if exists "$path"; then ( enter "$folder" && rm -rf --one-file-system -- "./${path##*/}" ); fi
  done
  rm -f -- "$1"/*.temporary
}
# The role is healthy, or its changes were taken back: this one rename ends the matter.
close_changes() {
  [ -d "$1" ] || return 0
  drop_temporaries "$1"
  closed=$state/changes/.closed-${1##*/}
  rm -rf -- "$closed"
  mv -T -- "$1" "$closed" && file_away "$closed"
}
# Kept files become backups. Kept directories, and files for which there is no room, are deleted.
file_away() {
  began= role=${1##*/.closed-}
  read -r began <"$1/began"
  cat -- "$1"/*.list 2>/dev/null | sed -n 's/^restore //p' | while IFS= read -r path; do
    folder_of "$path"
    name=${path##*/} into=$state/backups/$began/$role/files$folder
    (
      kept=./.$name.orchestrate-$began.kept
      enter "$folder" && exists "$kept" || exit
      if [ -L "$kept" ] || [ ! -d "$kept" ]; then mkdir -p -- "$into" && mv -fT -- "$kept" "$into/$name" && exit; fi
      rm -rf --one-file-system -- "$kept"
    ) 2>/dev/null
  done
  rm -rf -- "$1"
}
begin() {
  case $(readlink "$volatile/lock") in *" $run "*) ;; *) mark lock-lost; exit 1 ;; esac
  if [ -e "$volatile/stop-$run" ] && ! unproven "$changes"; then close_changes "$changes"; mark stopped; exit 0; fi
  mark "begin $1"
}
fail() {
  mark "failed $1 $(tail -c 4000 "$log" | tail -n 20 | base64 -w0)"
  roll_back
  exit 1
}
roll_back() {
  if unproven "$changes"; then
    set -- $(put_back "$changes" 2>"$log.back")
    if [ "$1 $2" != '0 0' ]; then
      for again in $agains; do "$again" >>"$log.back" 2>&1 || mark "not-again ${again#again_}"; done
      mark "rolled-back $1 $2 $(tail -c 4000 "$log.back" | base64 -w0)"
    fi
    if [ "$2" != 0 ]; then drop_temporaries "$changes"; return; fi
  fi
  close_changes "$changes"
}
mkdir -p -m 0700 "$volatile" && : >"$log" && printf '%s %s
' "$run" "$role" >"$state/journal" || exit 1
if [ -d "$changes" ]; then drop_temporaries "$changes"; read -r began <"$changes/began" || began=$run; fi
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
( set -e
mkdir -p -m 0700 "$state/changes" "$changes"
[ -s "$changes/began" ] || printf '%s
' "$run" >"$changes/began"
printf '%s
' /etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a /etc/postfix.orchestrate-20261124T034856Z-3f9a /etc/postfix/.orchestrate-20261124T034856Z-3f9a >"$changes/"20261124T034856Z-3f9a-0003.temporary
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
begin file:/etc/postfix/main.cf
( set -e
enter /etc/postfix
if [ -d ./main.cf ] && [ ! -L ./main.cf ]; then
  echo "a directory stands at "/etc/postfix/main.cf"; move it away first" >&2
  exit 1
fi
candidate=/etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a others=yes
case $(stat -c '%u %a' .) in "$me "*[0145][0145]) others= ;; esac
if [ -n "$others" ]; then
  mkdir -m 0700 -- ./.orchestrate-20261124T034856Z-3f9a
  cd -P -- ./.orchestrate-20261124T034856Z-3f9a
  [ "$(stat -c '%u %a' .)" = "$me 700" ]
  candidate=./.main.cf.orchestrate-20261124T034856Z-3f9a
fi
: >"$candidate"
chown root:root "$candidate"
chmod 0644 "$candidate"
base64 -d >"$candidate" <<'EOF'
bXlob3N0bmFtZSA9IHN2MS5ibHVlLmV4YW1wbGUKIyBpdCdzCg==
EOF
sync "$candidate"
if [ -n "$others" ]; then
  mv -fT -- ./.main.cf.orchestrate-20261124T034856Z-3f9a ../.main.cf.orchestrate-20261124T034856Z-3f9a
  cd ..
  rmdir -- ./.orchestrate-20261124T034856Z-3f9a
fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
begin file:/etc/postfix/sql.cf
( set -e
enter /etc/postfix
if [ -d ./sql.cf ] && [ ! -L ./sql.cf ]; then
  echo "a directory stands at "/etc/postfix/sql.cf"; move it away first" >&2
  exit 1
fi
candidate=/etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a others=yes
case $(stat -c '%u %a' .) in "$me "*[0145][0145]) others= ;; esac
if [ -n "$others" ]; then
  mkdir -m 0700 -- ./.orchestrate-20261124T034856Z-3f9a
  cd -P -- ./.orchestrate-20261124T034856Z-3f9a
  [ "$(stat -c '%u %a' .)" = "$me 700" ]
  candidate=./.sql.cf.orchestrate-20261124T034856Z-3f9a
fi
: >"$candidate"
chown root:postfix "$candidate"
chmod 0640 "$candidate"
base64 -d >"$candidate" <<'EOF'
<secret:db/postfix>
EOF
sync "$candidate"
if [ -n "$others" ]; then
  mv -fT -- ./.sql.cf.orchestrate-20261124T034856Z-3f9a ../.sql.cf.orchestrate-20261124T034856Z-3f9a
  cd ..
  rmdir -- ./.orchestrate-20261124T034856Z-3f9a
fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/sql.cf
( set -e
candidate=/etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a
postconf -c "$candidate"
) >"$log" 2>"$log.err"
[ $? -eq 0 ] && [ ! -s "$log.err" ] || { cat "$log.err" >>"$log"; fail file:/etc/postfix/main.cf; }
:
begin validate:/etc/postfix
( set -e
rm -rf --one-file-system -- /etc/postfix.orchestrate-20261124T034856Z-3f9a
mkdir -m 0700 -- /etc/postfix.orchestrate-20261124T034856Z-3f9a
if [ -d /etc/postfix ]; then cp -a -- /etc/postfix/. /etc/postfix.orchestrate-20261124T034856Z-3f9a; fi
enter /etc/postfix.orchestrate-20261124T034856Z-3f9a
top=$PWD
# A link in the copy may lead back to what is live.
within() {
  cd -P -- "$1"
  case $PWD/ in "$top"/*) ;; *) echo "$1 leads out of the copy that is checked; replace the link by a directory" >&2; exit 1 ;; esac
}
within /etc/postfix.orchestrate-20261124T034856Z-3f9a
rm -f -- ./.main.cf.orchestrate-20261124T034856Z-3f9a
cp -a --remove-destination -- /etc/postfix/.main.cf.orchestrate-20261124T034856Z-3f9a ./main.cf
within /etc/postfix.orchestrate-20261124T034856Z-3f9a
rm -f -- ./.sql.cf.orchestrate-20261124T034856Z-3f9a
cp -a --remove-destination -- /etc/postfix/.sql.cf.orchestrate-20261124T034856Z-3f9a ./sql.cf
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
for path in /etc/postfix/main.cf /etc/postfix/sql.cf; do
  if exists "$path"; then printf 'restore %s
' "$path"; else printf 'remove %s
' "$path"; fi
done >"$changes/"20261124T034856Z-3f9a-0003.new
sync -- "$changes/"20261124T034856Z-3f9a-0003.new
mv -fT -- "$changes/"20261124T034856Z-3f9a-0003.new "$changes/"20261124T034856Z-3f9a-0003.list
sync -- "$changes"
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
( set -e
enter /etc/postfix
kept=./.main.cf.orchestrate-$began.kept
if exists ./main.cf && ! exists "$kept"; then
  ln -PT -- ./main.cf "$kept" 2>/dev/null || { cp -aT --remove-destination -- ./main.cf "$kept.part"; mv -T -- "$kept.part" "$kept"; }
fi
mv -fT -- ./.main.cf.orchestrate-20261124T034856Z-3f9a ./main.cf
if selinuxenabled 2>/dev/null; then restorecon -- /etc/postfix/main.cf; fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/main.cf
mark done file:/etc/postfix/main.cf
( set -e
enter /etc/postfix
kept=./.sql.cf.orchestrate-$began.kept
if exists ./sql.cf && ! exists "$kept"; then
  ln -PT -- ./sql.cf "$kept" 2>/dev/null || { cp -aT --remove-destination -- ./sql.cf "$kept.part"; mv -T -- "$kept.part" "$kept"; }
fi
mv -fT -- ./.sql.cf.orchestrate-20261124T034856Z-3f9a ./sql.cf
if selinuxenabled 2>/dev/null; then restorecon -- /etc/postfix/sql.cf; fi
) >"$log" 2>&1
[ $? -eq 0 ] || fail file:/etc/postfix/sql.cf
mark done file:/etc/postfix/sql.cf
:
sync -- /etc/postfix 2>/dev/null
rm -f -- "$changes/"20261124T034856Z-3f9a-0003.temporary
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
systemctl -q is-active postfix.service || systemctl reset-failed postfix.service 2>/dev/null || :
systemctl restart postfix.service
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
close_changes "$changes"
mark role-done
