import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How the fake sudo of a host behaves. */
export type SudoPolicy = 'free' | 'password' | 'denied' | 'no-tty'

/** Programs that make a host's account an ordinary user with this sudo, which writes what it was asked to `sudo.log`. */
export function sudoPrograms(policy: SudoPolicy, password = 'let me'): Readonly<Record<string, string>> {
  return { id: 'if [ -n "$FAKE_ROOT" ]; then echo 0; else echo 1000; fi', sudo: fakeSudo(policy, password) }
}

/** What the fake sudo of a host was asked: its options and the passwords it read. */
export function sudoLog(folder: string): readonly string[] {
  return readFileSync(join(folder, 'sudo.log'), 'utf8').trimEnd().split('\n')
}

/** Speaks as sudo(8) 1.9 does: prompts on stderr with -S -p, three tries, one byte at a time from stdin. */
function fakeSudo(policy: SudoPolicy, password: string): string {
  return `log() { echo "$1" >> "$HOME/sudo.log"; }
log "mode $1"
prompt=
case $1 in
-n) shift ;;
-S) prompt=$3; shift 3 ;;
esac
if [ "$1" != -H ] || [ "$2" != -- ]; then echo "usage: $*" >&2; exit 1; fi
shift 2
case ${policy} in
denied) echo "user is not in the sudoers file.  This incident will be reported." >&2; exit 1 ;;
no-tty) echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1 ;;
password)
  if [ -z "$prompt" ]; then
    case \${LC_ALL:-$LANG} in ja*) echo "sudo: パスワードが必要です" >&2 ;; *) echo "sudo: a password is required" >&2 ;; esac
    exit 1
  fi
  printf '\\nWe trust you have received the usual lecture.\\n\\n' >&2
  for try in 1 2 3; do
    printf %s "$prompt" >&2
    IFS= read -r answer || { log "no more"; echo "sudo: no password was provided" >&2; exit 1; }
    log "password $answer"
    if [ "$answer" = '${password}' ]; then FAKE_ROOT=1 exec "$@"; fi
    printf 'Sorry, try again.\\n' >&2
  done
  exit 1 ;;
esac
FAKE_ROOT=1 exec "$@"`
}
