import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attempts, type Load, queued, send, stop, wrongs } from './tools/load.ts'
import { on, places, until } from './world/index.ts'
import { world } from './world/managed.ts'

const { b } = places
const { TEST_LOAD_MESSAGES = '200', TEST_LOAD_SEED = String(Date.now() % 100_000_000) } = process.env
// Two numbers a run: mail from outside and mail of a user.
const seed = Number(TEST_LOAD_SEED) * 10
const messages = Number(TEST_LOAD_MESSAGES)

const script = 'require ["fileinto", "mailbox"]; if header :is "subject" "load" { fileinto :create "Filed"; }'

beforeAll(async () => {
  await world()
  await on(b.name, 'doveadm sieve put -a -u conagi@blue.example filed', script)
})
afterAll(async () => {
  await on(b.name, 'doveadm sieve deactivate -u conagi@blue.example')
})

/** Sends while `trouble` happens, waits for empty queues, and says how long it took and what went wrong. */
async function underLoad(what: Omit<Load, 'login' | 'sessions'>, trouble: () => Promise<void>) {
  const { login } = await world()
  const began = performance.now()
  const sending = send({ ...what, sessions: 10, login: await login('conagi@blue.example') })
  await Promise.all([sending, trouble()])
  const sent = performance.now()
  await until('empty queues', async () => ((await queued()) === 0 ? true : undefined), 300)
  const all = await attempts()
  const count = (end: string) => all.filter((one) => one.end === end).length
  const seconds = (from: number) => ((performance.now() - from) / 1_000).toFixed(1)
  const figures = `${count('accepted')} accepted in ${((sent - began) / 1_000).toFixed(1)} s, queues empty after ${seconds(began)} s; ${count('refused')} put off, ${count('unknown')} cut off`
  process.stderr.write(`load (TEST_LOAD_SEED=${TEST_LOAD_SEED} TEST_LOAD_MESSAGES=${messages}): ${figures}\n`)
  return { accepted: count('accepted'), wrong: await wrongs(all, [what.seed, what.seed + 1]) }
}

/** Waits until so many messages of the run that has just begun were accepted. */
const accepted = (least: number) =>
  until(
    `${least} accepted messages`,
    async () =>
      (await attempts()).filter(
        ({ id, end }) => end === 'accepted' && [seed, seed + 1].some((one) => id.startsWith(`<load-${one}-`)),
      ).length >= least
        ? true
        : undefined,
    300,
  )

test('A36 ten sessions at once, SQL and filters restarted in the middle: what was accepted is there, once', async () => {
  const { accepted: count, wrong } = await underLoad({ seed, messages }, async () => {
    await accepted(messages / 4)
    await on(b.name, 'systemctl restart mariadb')
    await accepted(messages / 2)
    await on(b.name, 'systemctl restart opendkim opendmarc openarc')
  })
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThanOrEqual(messages)
})

const daemons = ['opendkim', 'opendmarc', 'openarc', 'postsrsd', 'mariadb', 'dovecot', 'postfix', 'httpd', 'php-fpm']

test('A36 every daemon that is killed under load comes back by itself, and no message is lost or doubled', async () => {
  const { wrong } = await underLoad({ seed: seed + 5, messages: 10, pause: 1 }, async () => {
    for (const daemon of daemons) for (const signal of ['SEGV', 'KILL']) await killed(daemon, signal)
    await stop()
  })
  expect(wrong).toEqual([])
})

/** Kills a daemon's main process and waits until systemd has started it anew. */
async function killed(daemon: string, signal: string): Promise<void> {
  const restarts = async () => Number(await on(b.name, `systemctl show -p NRestarts --value ${daemon}`))
  const before = await restarts()
  await on(b.name, `systemctl kill --kill-who=main -s ${signal} ${daemon}`)
  await until(
    `${daemon} after SIG${signal}`,
    async () => {
      if ((await restarts()) <= before) return undefined
      return (await on(b.name, `systemctl is-active ${daemon} || true`)) === 'active' || undefined
    },
    60,
  )
}
