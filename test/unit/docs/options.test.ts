import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { allOptions, allSections, optionPages, optionsFolder } from '../../docs/options.ts'

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url))
const pages = optionPages()

test.for([...pages])('docs/options/%s says what the schemas say', ([name, text]) => {
  const path = `${optionsFolder}${name}`
  const found = existsSync(path) ? readFileSync(path, 'utf8') : ''
  expect(found, `docs/options/${name} is stale; run: npm run docs`).toBe(text)
})

test('docs/options/ holds no page of a section that is gone', () => {
  expect(readdirSync(optionsFolder).sort(), 'run: npm run docs').toEqual([...pages.keys()].sort())
})

test('every option and every section is described by a sentence', () => {
  const mute = [...allOptions().map(({ path, description }) => ({ name: path, description })), ...allSections()]
    .filter(({ description }) => !/^\S.*\.$/.test(description))
    .map(({ name }) => name)
  expect(mute, 'these want a .describe() that ends in a full stop').toEqual([])
  expect(allOptions().length).toBeGreaterThan(100)
})

test('every role has its page, and no page is of a role that is gone', () => {
  const names = mail.plays.flatMap(({ roles }) => roles.map(({ name }) => `${name}.md`))
  expect(readdirSync(`${docs}roles`).sort()).toEqual(names.sort())
})

test.for(['article.md', ...readdirSync(`${docs}roles`).map((name) => `roles/${name}`)])(
  'docs/%s names only options that exist',
  (page) => {
    const text = readFileSync(`${docs}${page}`, 'utf8')
    const sections = new Set(allSections().map(({ name }) => name))
    const known = new Set(allOptions().map(({ path }) => path))
    const named = [...text.matchAll(/`([a-z0-9]+)\.([A-Za-z0-9.[\]]+)`/g)].filter(
      ([, section = '', rest = '']) => sections.has(section) && !/^(cf|service|conf|ts|log)$/.test(rest),
    )
    const unknown = named.map(([, section, rest]) => `${section}.${rest}`).filter((path) => !known.has(path))
    expect(unknown).toEqual([])
  },
)
