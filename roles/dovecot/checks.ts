import { command, lines, type Resource, type Script, sh } from '#orchestrate'
import type { Certificate, MailStore } from '../slots.ts'
import { agentOf, queue } from './settings.ts'
import type { Vars } from './vars.ts'

/** Dovecot's own parser; with -x it also opens the certificates (otherwise a missing one shows only at the start). */
export const parses: Script = sh`doveconf -n -x -c "$candidate" >/dev/null`

/**
 * Runs the three queries with the account that Dovecot will use; otherwise the file would be read first at a login. The
 * password is passed through a pipe.
 */
export function tryQueries(address: string): Script {
  return sh`value() { sed -n "s/^$1 = //p" "$candidate"; }
word() { value connect | tr ' ' '\n' | sed -n "s/^$1=//p"; }
for query in password_query user_query iterate_query; do
  text=$(value "$query" | sed s/%u/${address}/g)
  printf '[client]\nsocket=%s\nuser=%s\npassword="%s"\n' "$(word host)" "$(word user)" "$(word password)" |
    mysql --defaults-file=/dev/stdin -N -B "$(word dbname)" -e "$text" >/dev/null
done`
}

/** Every listener answers with the right greeting, the sockets exist, and the postmaster's mailbox is found. */
export function answers({ imap, pop3, managesieve, quota, mail }: Vars, shown: readonly Certificate[]): Script {
  const name = shown.find(({ isDefault }) => isDefault)?.name ?? ''
  const agent = agentOf(quota)
  const sockets = [agent.lmtp, agent.sasl, ...(agent.quotaStatus ? [agent.quotaStatus] : [])]
  const plain = [
    ...(imap.plainListeners ? [{ port: 143, greeting: '* OK' }] : []),
    ...(pop3.plainListeners ? [{ port: 110, greeting: '+OK' }] : []),
  ]
  return lines(
    [
      sh`doveadm user ${mail.postmaster}`,
      ...sockets.map((path) => sh`[ -S ${`${queue}/${path}`} ]`),
      greets({ port: 993, name, greeting: '* OK', leave: 'x LOGOUT' }),
      ...(pop3.enabled ? [greets({ port: 995, name, greeting: '+OK', leave: 'QUIT' })] : []),
      ...plain.map(
        ({ port, greeting }) =>
          sh`timeout 5 bash -c ${`IFS= read -r line </dev/tcp/127.0.0.1/${port}; printf %s "$line"`} | grep -qF -- ${greeting}`,
      ),
      ...(managesieve.public
        ? [
            sh`timeout 5 bash -c 'IFS= read -r line </dev/tcp/127.0.0.1/4190; printf %s "$line"' | grep -q IMPLEMENTATION`,
          ]
        : []),
    ],
    ' &&\n',
  )
}

interface Listener {
  readonly port: number
  readonly name: string
  readonly greeting: string
  readonly leave: string
}

// With -quiet openssl reads until the server closes the connection, so the server is asked to; otherwise openssl may exit before
// the greeting.
function greets({ port, name, greeting, leave }: Listener): Script {
  return sh`printf '%s\\r\\n' ${leave} | timeout 5 openssl s_client -connect ${`127.0.0.1:${port}`} -servername ${name} -quiet 2>/dev/null | grep -qF -- ${greeting}`
}

/** Runs after certbot has renewed a certificate: Dovecot keeps certificates in memory. */
export const deployHook: Script = sh`#!/bin/sh
# Written by orchestrate; changes made here are undone.
exec systemctl try-reload-or-restart dovecot.service
`

/**
 * If a user's home was the Maildir itself, as in the article, the Sieve scripts are inside of it; they are moved with the
 * home, otherwise filters would silently stop working. Scripts that already exist in the new place take precedence.
 */
export function scriptsAtHome({ root, user }: MailStore): Resource {
  const old = sh`${root}/*/*/Maildir/.dovecot.sieve ${root}/*/*/Maildir/sieve`
  const move = `for maildir in "$1"/*/*/Maildir; do
  cd "$maildir" 2>/dev/null || continue
  if [ -d sieve ]; then
    mkdir -p -m 0700 ../sieve
    cp -an sieve/. ../sieve/
    if diff -rq sieve ../sieve | grep -qv '^Only in [.][.]/'; then mv -T --backup=numbered sieve ../sieve.old; else rm -rf sieve; fi
  fi
  if [ -L .dovecot.sieve ] || [ -e .dovecot.sieve ]; then
    if [ -L ../.dovecot.sieve ] || [ -e ../.dovecot.sieve ]; then
      mv --backup=numbered .dovecot.sieve ../.dovecot.sieve.old
    else mv .dovecot.sieve ../; fi
  fi
done`
  return command({
    name: 'Sieve scripts out of the Maildirs',
    unless: sh`for path in ${old}; do if [ -e "$path" ] || [ -L "$path" ]; then exit 1; fi; done`,
    run: sh`runuser -u ${user} -- sh -ec ${move} sh ${root}`,
  })
}
