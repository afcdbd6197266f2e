import { type Script, sh } from '../kernel/sh.ts'

/** Where a host keeps what must survive a reboot: journal, changes that are not proven yet, records, backups. Root only. */
export const stateRoot = '/var/lib/orchestrate'

/** Where a host keeps what a reboot may clear and a full disk must not stop: lock, requests to stop, logs. Root only. */
export const runRoot = '/run/orchestrate'

/** The shell variables that every script of the engine begins with. */
export const hostState: Script = sh`state=${stateRoot} volatile=${runRoot} me=$(id -u)
log=$volatile/log`

/**
 * Shell functions for the files that a role changes. Until a role is proven healthy, `$state/changes/ROLE` says how to take
 * its changes back, also to a later run:
 *
 * - `began`: the run that made the first change; the names of kept files hold it.
 * - `RUN-BLOCK.list`: a line for each path, `restore PATH` or `remove PATH` (nothing stood there). It is written whole and
 *   synced before the first rename of its block.
 * - `RUN-BLOCK.temporary`: candidates and copies to delete.
 *
 * What a change replaces is kept beside it under a hidden name, as a hard link: keeping it takes no space, and taking it
 * back is a rename, which a full disk cannot stop. `restore` without a kept file means that nothing was changed yet.
 *
 * No function follows a link that another account made: each works in the directory itself, by names without a slash.
 */
export const changeFunctions: Script = sh`exists() { [ -e "$1" ] || [ -L "$1" ]; }
folder_of() { folder=\${1%/*}; folder=\${folder:-/}; }
# Makes a directory the working directory; a link on the way must belong to root.
enter() {
  cd -P -- "$1" || return 1
  [ "$PWD" != "$1" ] || return 0
  rest=\${1#/} walked=
  while [ -n "$rest" ]; do
    walked=$walked/\${rest%%/*}
    case $rest in */*) rest=\${rest#*/} ;; *) rest= ;; esac
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
      path=\${line#* }
      folder_of "$path"
      ( enter "$folder" && put_back_one "\${line%% *}" "\${path##*/}" )
      case $? in 0) back=$((back + 1)) ;; 3) ;; *) lost=$((lost + 1)); echo "$path was not put back" >&2 ;; esac
    done
    echo "$back $lost"
  }
}
drop_temporaries() {
  cat -- "$1"/*.temporary 2>/dev/null | while IFS= read -r path; do
    folder_of "$path"
    if exists "$path"; then ( enter "$folder" && rm -rf --one-file-system -- "./\${path##*/}" ); fi
  done
  rm -f -- "$1"/*.temporary
}
# The role is healthy, or its changes were taken back: this one rename ends the matter.
close_changes() {
  [ -d "$1" ] || return 0
  drop_temporaries "$1"
  closed=$state/changes/.closed-\${1##*/}
  rm -rf -- "$closed"
  mv -T -- "$1" "$closed" && file_away "$closed"
}
# Kept files become backups. Kept directories, and files for which there is no room, are deleted.
file_away() {
  began= role=\${1##*/.closed-}
  read -r began <"$1/began"
  cat -- "$1"/*.list 2>/dev/null | sed -n 's/^restore //p' | while IFS= read -r path; do
    folder_of "$path"
    name=\${path##*/} into=$state/backups/$began/$role/files$folder
    (
      kept=./.$name.orchestrate-$began.kept
      enter "$folder" && exists "$kept" || exit
      if [ -L "$kept" ] || [ ! -d "$kept" ]; then mkdir -p -- "$into" && mv -fT -- "$kept" "$into/$name" && exit; fi
      rm -rf --one-file-system -- "$kept"
    ) 2>/dev/null
  done
  rm -rf -- "$1"
}`
