// `npm run docs`: writes docs/options/ anew from the schemas of the roles' vars.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import mail from '../../playbooks/mail.ts'
import { schemasOf } from '../../src/dsl/vars.ts'
import { type Option, optionsOf, sectionDescription, sectionRules } from './schema.ts'

/** Where the pages lie. */
export const optionsFolder = fileURLToPath(new URL('../../docs/options/', import.meta.url))

const roles = mail.plays.flatMap((play) => play.roles)
const sections = [...schemasOf(roles)].sort(([a], [b]) => a.localeCompare(b))
const generated = '<!-- Made by `npm run docs` from the schemas in roles/. -->'

/** Every option of every role. */
export function allOptions(): Option[] {
  return sections.flatMap(([name, schema]) => optionsOf(name, schema))
}

/** The sections of the vars, each with what it says about itself. */
export function allSections(): { readonly name: string; readonly description: string }[] {
  return sections.map(([name, schema]) => ({ name, description: sectionDescription(schema) }))
}

/** The pages of the option reference by file name. */
export function optionPages(): Map<string, string> {
  return new Map([['README.md', indexPage()], ...sections.map(([name]) => [`${name}.md`, sectionPage(name)] as const)])
}

function indexPage(): string {
  const lines = sections.map(([name, schema]) => {
    const count = optionsOf(name, schema).length
    return `| [\`${name}\`](${name}.md) | ${count} | ${sectionDescription(schema)} | ${readers(name)} |`
  })
  return `${generated}

# Options

The vars of an inventory, section by section. They may stand in \`vars\`, in a group's and in a host's \`vars\`; host over group over
inventory. A combination that cannot work is refused before anything is contacted.

| Section | Options | What for | Read by |
|---|---|---|---|
${lines.join('\n')}
`
}

function sectionPage(name: string): string {
  const [, schema] = sections.find(([one]) => one === name) ?? []
  if (!schema) throw new Error(`there is no section ${name}`)
  const rules = sectionRules(name, schema)
  return `${generated}

# \`${name}\`

${sectionDescription(schema)} Read by ${readers(name)}.

| Option | Type | Default | Allowed | What it does |
|---|---|---|---|---|
${optionsOf(name, schema).map(row).join('\n')}
${rules.length === 0 ? '' : `\nTogether:\n\n${rules.map((rule) => `- ${rule}`).join('\n')}\n`}`
}

function row({ path, type, fallback, required, allowed, description }: Option): string {
  const missing = required ? '**required**' : 'none'
  const cells = [
    `\`${path}\``,
    type,
    fallback === undefined ? missing : `\`${fallback}\``,
    allowed.join('; '),
    description,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function readers(section: string): string {
  const names = roles.filter(({ vars }) => section in vars).map(({ name }) => name)
  return names.map((name) => `[${name}](../roles/${name}.md)`).join(', ')
}

function main(): void {
  const pages = optionPages()
  mkdirSync(optionsFolder, { recursive: true })
  for (const old of readdirSync(optionsFolder).filter((name) => !pages.has(name))) rmSync(`${optionsFolder}${old}`)
  for (const [name, text] of pages) writeFileSync(`${optionsFolder}${name}`, text)
  process.stdout.write(`docs/options: ${pages.size} pages, ${allOptions().length} options\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
