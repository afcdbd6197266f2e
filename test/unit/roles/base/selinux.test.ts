import fc from 'fast-check'
import { expect, test } from 'vitest'
import { denialProblems, noDenials } from '../../../../roles/base/selinux.ts'

const at = (seconds: number, serial: number) => `msg=audit(${seconds}.123:${serial}):`
const contexts = (domain: string, type: string, kind: string) =>
  `scontext=system_u:system_r:${domain}:s0 tcontext=system_u:object_r:${type}:s0 tclass=${kind}`
const avc = (seconds: number, serial: number, text: string, permissive = 0) =>
  `type=AVC ${at(seconds, serial)} avc:  denied  ${text} permissive=${permissive}`
const settings = `{ getattr } for  pid=811 comm="php-fpm" path="/etc/postfixadmin/config.local.php" dev="vda4" ino=7 ${contexts('httpd_t', 'postfix_etc_t', 'file')}`
const told = (...lines: readonly string[]) =>
  denialProblems(['since 1700000000', ...lines, ''].join('\n')).map(({ place, found }) => `${place}: ${found}`)

test('a denial is told with domain, program and path, once however often it happened', () => {
  const lines = [avc(1_700_000_001, 1, settings), avc(1_700_000_002, 2, settings)]
  expect(told(...lines)).toEqual([
    'httpd_t (php-fpm): denied getattr of /etc/postfixadmin/config.local.php (postfix_etc_t file), 2 times',
  ])
})

test('what is older than the last apply, and what other programs were denied, is not told', () => {
  const chrome = `{ read } for pid=9 comm="x" name="y" ${contexts('chrome_t', 'etc_t', 'file')}`
  expect(told(avc(1_699_999_999, 1, settings), avc(1_700_000_001, 2, chrome))).toEqual([])
})

test('a name becomes a path where the kernel wrote one; hexadecimal names are read', () => {
  const pid = `{ write } for pid=5 comm="opendkim" name="opendkim-egress" dev="tmpfs" ino=3 ${contexts('dkim_milter_t', 'var_run_t', 'dir')}`
  const path = `type=PATH ${at(1_700_000_001, 7)} item=0 name="/run/opendkim-egress" inode=3 nametype=PARENT`
  const blank = `{ read } for pid=5 comm="dovecot" name=4D792046696C65 ${contexts('dovecot_t', 'default_t', 'file')}`
  expect(told(avc(1_700_000_001, 7, pid), path, avc(1_700_000_001, 8, blank))).toEqual([
    'dkim_milter_t (opendkim): denied write of /run/opendkim-egress (var_run_t dir)',
    'dovecot_t (dovecot): denied read of My File (default_t file)',
  ])
})

test('ports are told, and denials that a permissive host let through', () => {
  const bind = `{ name_bind } for pid=5 comm="opendkim" src=8895 ${contexts('dkim_milter_t', 'unreserved_port_t', 'tcp_socket')}`
  const lines = [avc(1_700_000_001, 1, bind, 1)]
  expect(told(...lines)).toEqual([
    'dkim_milter_t (opendkim): denied name_bind of port 8895 (unreserved_port_t tcp_socket), let through because SELinux is permissive',
  ])
})

test('no denial, SELinux off, and a log that cannot be read are three things', () => {
  expect(told('<no matches>')).toEqual([])
  expect(denialProblems('selinux off\n')).toEqual([])
  expect(denialProblems('ausearch missing\n')).toMatchObject([{ place: 'audit log', found: 'no ausearch' }])
  expect(told('Error opening config file (Permission denied)')).toEqual([
    'audit log: Error opening config file (Permission denied)',
  ])
  expect(told()).toEqual(['audit log: no answer'])
})

test('any text is judged without throwing', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('since 5', avc(9, 1, settings), 'type=AVC msg=audit(1.1:1): x'))
  fc.assert(fc.property(fc.array(piece), (pieces) => Array.isArray(denialProblems(pieces.join('\n')))))
})

test('the script changes nothing, and asks for what was logged since the last apply began', () => {
  const script = String(noDenials.script)
  expect(script).toContain('ausearch "$@" </dev/null')
  expect(script).toContain(`-ts $(date -d "@$since" '+%x %T')`)
  expect(script).toContain("-printf '%T@\\n'")
  expect(script).not.toMatch(/\b(rm|mv|touch|semanage|setenforce|restorecon)\b/)
})
