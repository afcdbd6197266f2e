import { beforeAll, expect, test } from 'vitest'
import { reported } from '../support/orchestrate.ts'
import { sv2 } from './tools/sv2.ts'
import { on, places, tried } from './world/index.ts'
import { world } from './world/managed.ts'

const { b2 } = places
const victim = '/root/victim'

beforeAll(world)

/** Accounts of daemons with the folders that root works in for them. */
const folders = {
  opendkim: '/etc/opendkim /etc/opendkim/keys /etc/opendkim/keys/*',
  openarc: '/etc/openarc /etc/openarc/keys /etc/openarc/keys/*',
  postsrsd: '/var/lib/postsrsd',
  postfix: '/etc/postfix /etc/postfix/sql',
  dovecot: '/etc/dovecot',
  apache: '/etc/php-postfixadmin',
}

test('no daemon can put a link where root sets owners and modes', async () => {
  const could = Object.entries(folders).map(
    ([user, paths]) =>
      `for folder in ${paths}; do [ -d "$folder" ] || echo "no $folder"; if runuser -u ${user} -- test -w "$folder"; then echo ${user} "$folder"; fi; done`,
  )
  expect(await on(b2.name, could.join('\n'))).toBe('')
})

test.for(['opendkim', 'openarc'])(
  'a link that %s planted before its folder was taken from it is named and not followed',
  { timeout: 120_000 },
  async (user) => {
    const key = await on(b2.name, `ls /etc/${user}/keys/*/*.private | head -n 1`)
    const folder = key.replace(/\/[^/]*$/, '')
    await on(
      b2.name,
      `: >${victim}; chmod 0644 ${victim}; cp -p ${key} /root/kept; chown ${user}: ${folder}; chmod 0700 ${folder}
runuser -u ${user} -- ln -sf ${victim} ${key}; runuser -u ${user} -- ln -sf ${victim} ${folder}/.new; runuser -u ${user} -- ln -sf ${victim} ${folder}/.new.private`,
    )
    try {
      const { code, stdout, stderr } = await sv2('apply')
      expect(await on(b2.name, `stat -c '%U %a %s' ${victim}`)).toBe('root 644 0')
      expect(code).toBe(1)
      expect(`${stdout}${stderr}`).toContain(`${key} is not a file but something put in its place`)
    } finally {
      await tried(b2.name, `rm -f ${key} ${folder}/.new ${folder}/.new.private; cp -p /root/kept ${key}`)
      expect((await sv2('apply')).code).toBe(0)
    }
    expect(reported(await sv2('drift')).get(b2.name)).toMatchObject({ status: 'converged' })
  },
)
