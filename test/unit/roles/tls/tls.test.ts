import { expect, test } from 'vitest'
import { certificatesOf } from '../../../../roles/tls/certificates.ts'
import { everything, ordinary, problemsOf, resourcesOf, wantOf } from '../postfix/evaluated.ts'

const lab = { ...ordinary, tls: { ...ordinary.tls, source: 'selfsigned-lab' } }

test('the host’s own name comes first and is the default, whoever names it', () => {
  const clientNames = [{ name: 'mail.blue.example' }, { name: 'sv1.blue.example', key: '/k', chain: '/c' }]
  expect(certificatesOf('sv1.blue.example', { source: 'files', clientNames })).toEqual([
    { name: 'sv1.blue.example', key: '/k', chain: '/c', isDefault: true, trusted: true },
    {
      name: 'mail.blue.example',
      key: '/etc/letsencrypt/live/mail.blue.example/privkey.pem',
      chain: '/etc/letsencrypt/live/mail.blue.example/fullchain.pem',
      isDefault: false,
      trusted: true,
    },
  ])
})

/** The certificates that are checked, one a line: name, key, chain. */
function checkedOf(resources: ReturnType<typeof resourcesOf>): string {
  const checked = [...resources].filter(([id]) => id.startsWith('certificate:'))
  return checked.map(([id]) => `${Object.values(wantOf(resources, id)).join(' ')}\n`).join('')
}

test('files are checked for every name, and certbot is told what to do after a renewal', async () => {
  const resources = resourcesOf(ordinary)
  await expect(checkedOf(resources)).toMatchFileSnapshot('golden/ordinary-certificates')
  expect(resources.has('file:/etc/letsencrypt/renewal-hooks/deploy/50-dovecot')).toBe(true)
  expect(resources.has('file:/etc/letsencrypt/renewal-hooks/deploy/50-postfix')).toBe(true)
})

test('every option on: among them a file that holds key and chain', async () => {
  await expect(checkedOf(resourcesOf(everything))).toMatchFileSnapshot('golden/everything-certificates')
})

test('the throw-away CA is one guarded command', async () => {
  const resources = resourcesOf(lab)
  const { run, unless } = wantOf(resources, 'command:make lab certificates')
  await expect(String(run)).toMatchFileSnapshot('golden/lab-make.sh')
  await expect(String(unless)).toMatchFileSnapshot('golden/lab-guard.sh')
  expect(resources.has('file:/etc/letsencrypt/renewal-hooks/deploy/50-dovecot')).toBe(false)
})

test('everything that shows the throw-away certificates follows when they are made anew', () => {
  const resources = resourcesOf(lab)
  const maker = 'command:make lab certificates'
  for (const id of ['service:dovecot.service', 'service:postfix.service', 'command:build tls_server_sni_maps.db']) {
    expect(resources.get(id)?.signals.has(maker), id).toBe(true)
  }
  expect(resourcesOf(ordinary).get('service:dovecot.service')?.signals.has(maker)).toBe(false)
})

test('refuses a name twice and paths for what the lab makes itself', () => {
  const twice = [{ name: 'mail.blue.example' }, { name: 'mail.blue.example' }]
  expect(problemsOf({ ...ordinary, tls: { clientNames: twice } })).toMatchObject([{ found: 'mail.blue.example twice' }])
  const placed = [{ name: 'mail.blue.example', key: '/k', chain: '/c' }]
  expect(problemsOf({ ...lab, tls: { source: 'selfsigned-lab', clientNames: placed } })).toMatchObject([
    { found: '/k' },
  ])
})
