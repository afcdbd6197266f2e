import type { HostDeclaration } from '../model/plan.ts'
import type { Resource } from '../model/resource.ts'

/** One file as it would be on a host, secrets masked. */
export interface RenderedFile {
  readonly host: string
  readonly path: string
  readonly about: string
  readonly content: string
}

/** All files that a host's declaration holds, in order. */
export function filesOf({ host, roles }: HostDeclaration): RenderedFile[] {
  return roles.flatMap(({ resources }) => resources.flatMap((resource) => fileOf(host, resource)))
}

/** The files one after the other, each below a line with its name. */
export function filesText(files: readonly RenderedFile[]): string {
  return files
    .map(({ host, path, about, content }) => `==> ${host}:${path}  ${about}\n${endsInLine(content)}`)
    .join('\n')
}

function fileOf(host: string, { want }: Resource): RenderedFile[] {
  if (typeof want !== 'object' || want === null || !('path' in want) || !('content' in want)) return []
  const { path, content } = want
  const about = ['owner', 'group', 'mode'].map((name) => Reflect.get(want, name)).filter((one) => one !== undefined)
  const text = content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : String(content)
  return [{ host, path: String(path), about: about.join(' '), content: text }]
}

function endsInLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
