import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { allOptions } from '../../docs/options.ts'
import { problemsOf, resourcesOf, wantOf } from './evaluated.ts'
import { everything } from './everything.ts'

const roles = mail.plays.flatMap((play) => play.roles)

/** The option paths that a value says something about, `[]` for any entry of a list. */
function saidBy(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((entry) => saidBy(entry, `${path}[]`))]
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, inner]) => saidBy(inner, `${path}.${name}`))]
}

test('every daemon comes back after a crash, and systemd reads how when the daemon is restarted', () => {
  const resources = resourcesOf(roles, everything)
  const units = [...resources.keys()].filter((id) => id.startsWith('service:') && id.endsWith('.service'))
  const daemons = units.map((id) => id.slice('service:'.length, -'.service'.length))
  expect(daemons).toEqual(expect.arrayContaining(['opendkim', 'openarc-sealer', 'postfix', 'dovecot', 'php-fpm']))
  // These are no part of what mail goes through, and their own units say what happens.
  const others = ['chronyd', 'fail2ban', 'firewalld', 'rsyslog', 'systemd-journald']
  for (const daemon of daemons.filter((name) => !others.includes(name))) {
    const own = `file:/etc/systemd/system/${daemon}.service` as const
    const dropIn = resources.has(own) ? own : (`file:/etc/systemd/system/${daemon}.service.d/restart.conf` as const)
    expect(String(wantOf(resources, dropIn)['content']), daemon).toMatch(/^Restart=(on-failure|always)\nRestartSec=1$/m)
    expect(resources.get(`service:${daemon}.service`)?.signals.get(dropIn), daemon).toBe('restart')
  }
})

test('what the article presupposes is declared: database, certificates, web server, PHP, Sieve; phpMyAdmin is not', () => {
  const ids = [...resourcesOf(roles, everything).keys()]
  for (const name of ['mariadb-server', 'httpd', 'mod_ssl', 'php-fpm', 'php-mysqlnd', 'dovecot-pigeonhole'])
    expect(ids).toContain(`package:${name}`)
  expect(ids).toContain('certificate:sv1.blue.example')
  expect(ids.filter((id) => /phpmyadmin/i.test(id))).toEqual([])
})

test('the golden files called everything have every option said', () => {
  const said = new Set(Object.entries(everything).flatMap(([section, value]) => saidBy(value, section)))
  const silent = allOptions().filter(({ path }) => !said.has(path))
  // A release comes from a file or from an address, never from both.
  expect(silent.map(({ path }) => path)).toEqual(['webadmin.source.url'])
})

test.for(roles.map(({ name }) => name))('role %s has golden files: ordinary, and with every option on', (role) => {
  const names = readdirSync(new URL(`${role}/golden`, import.meta.url), { recursive: true, encoding: 'utf8' })
  expect(names.some((name) => name.startsWith('ordinary'))).toBe(true)
  expect(names.some((name) => name.startsWith('everything'))).toBe(true)
})

test('all of them together make a host without mistakes', () => {
  expect(problemsOf(roles, everything)).toEqual([])
})
