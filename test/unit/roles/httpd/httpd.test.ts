import { expect, test } from 'vitest'
import { defineRole } from '#orchestrate'
import mail from '../../../../playbooks/mail.ts'
import httpd from '../../../../roles/httpd/index.ts'
import { webSites } from '../../../../roles/slots.ts'
import tls from '../../../../roles/tls/index.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { allOthers, allTexts, ordinary, problemsOf, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everything } from '../everything.ts'
import { ordinary as ordinaryMail } from '../postfix/evaluated.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const own = (all: ReadonlyMap<string, Resource>) =>
  new Map([...all].filter(([id]) => /httpd|mod_ssl|web sites/.test(id) && !/httpd_|httpd-filesystem/.test(id)))
const plain = own(resourcesOf(roles, { ...ordinaryMail, webadmin: { sha256: 'a'.repeat(64) } }))
const full = own(resourcesOf(roles, everything))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('serves the sites of the other roles: %s', async ([name, resources]) => {
  await expect(`${allTexts(resources)}\n${allOthers(resources)}`).toMatchFileSnapshot(`golden/${name}`)
})

const site = (name: string) =>
  defineRole({
    name: 'site',
    description: 'A site.',
    vars: {},
    provides: () => [webSites({ label: 'other', name, template: 'httpd/closed.conf.ejs', locals: {} })],
    resources: () => [],
  })
const named = { ...ordinary, tls: { source: 'selfsigned-lab', clientNames: [{ name: 'www.red.example' }] } }

test('nothing is installed where nothing is served, and what was served is taken away', () => {
  const resources = resourcesOf([tls, httpd], ordinary)
  const ids = [...resources.keys()].filter((id) => !/openssl|certificate/.test(id))
  expect(ids).toEqual(['only-declared:/etc/httpd/conf.d', 'service:httpd.service'])
  expect(wantOf(resources, 'service:httpd.service')['state']).toBe('as-found')
})

test('strangers get the host’s own certificate and nothing else, whoever else has a site', () => {
  const resources = resourcesOf([tls, site('www.red.example'), httpd], named)
  const files = [...resources.keys()].filter((id) => id.startsWith('file:/etc/httpd/conf.d/'))
  // Apache takes the first of them for a name that it does not know.
  expect(files.map((id) => id.split('/').at(-1)).sort()).toEqual(['closed.conf', 'orchestrate.conf', 'site-other.conf'])
  const closed = textOf(resources, '/etc/httpd/conf.d/closed.conf')
  expect(closed).toContain('ServerName sv1.blue.example\n')
  expect(closed).toContain('Require all denied')
})

test('a site is refused without a certificate for its name', () => {
  expect(problemsOf([tls, site('www.green.example'), httpd], named)).toEqual([
    {
      place: 'playbook',
      found: 'a web site for www.green.example without a certificate',
      allowed: 'a role that provides one, such as tls',
    },
  ])
})

test('a new certificate, a changed site and one that is gone are reloads', () => {
  expect(wantOf(full, 'service:httpd.service')['reloadInputs']).toContain('/etc/pki/mail/combined.pem')
  const want = wantOf(resourcesOf([tls, site('www.red.example'), httpd], named), 'service:httpd.service')
  const reloadOn = want['reloadOn'] as readonly Resource[]
  expect(reloadOn.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['only-declared:/etc/httpd/conf.d', 'command:make lab certificates']),
  )
})
