const prepare = [
  'cd /; umask 077; LC_ALL=C; export LC_ALL; trap "" PIPE; d=',
  'PATH=${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH',
  'echo "$1-ready"; echo "$1-ready" >&2',
].join('; ')

const makeFolder = [
  'mkdir -p -m 700 "$2"',
  'find "$2" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +',
  'd=$(mktemp -d "$2/XXXXXXXXXX") || exit 1',
].join('; ')

const keepBlob = [
  `if [ -z "$d" ]; then ${makeFolder}; fi`,
  'head -c "$n" >"$d/$t"',
  'if [ "$(wc -c <"$d/$t")" -ne "$n" ]; then rm -rf "$d"; exit 1; fi',
  'export "blob_$t=$d/$t"',
].join('; ')

const runScript = [
  's=$(head -c "$n"; printf x)',
  'if [ "${#s}" -ne "$((n + 1))" ]; then rm -rf "$d"; exit 1; fi',
  '( eval "unset k n t s c d; set --; ${s%x}" ) </dev/null; c=$?',
  'if [ -n "$d" ]; then for s in "$d"/*; do unset "blob_${s##*/}"; done; rm -rf "$d"; d=; fi',
  String.raw`printf "\n%s %s\n" "$t" "$c" >&2; printf "\n%s %s\n" "$t" "$c"`,
].join('; ')

/**
 * The program that runs on the host for as long as the session lives: it reads framed commands from stdin and answers each
 * with a mark on stdout and stderr. `$1` is the session's nonce, `$2` the folder for blobs.
 *
 * - It must stand in single quotes on one line for bash, csh and fish alike: no newline, single quote, `!`, and no backslash
 *   but in `\n`, which all of them leave alone.
 * - A script is read whole by its length, then run by `eval` in a subshell that never sees our stdin.
 * - `printf x` saves trailing newlines from `$(…)`; LC_ALL=C makes `${#s}` count bytes.
 * - SIGPIPE is ignored: if the controller vanishes, the running script still runs to its end.
 * - Each mark is one write, both close together: sshd leaves Nagle on, so a second small packet would wait for an ACK.
 * - `read` takes one byte at a time from a pipe, and GNU `head -c` never reads past its count, so nothing is swallowed.
 */
export const remoteLoop = `${prepare}; while IFS=" " read -r k n t; do case $k in B) ${keepBlob} ;; S) ${runScript} ;; esac; done`
