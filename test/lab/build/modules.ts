import type { StagedRpm } from './spec.ts'
import type { RpmGroup } from './table.ts'

/** The module stream document that makes `dnf module enable NAME:STREAM` work for a group of RPMs. */
export function moduleDocument({ module, releases = [] }: RpmGroup, staged: readonly StagedRpm[]): string {
  if (!module) throw new Error('this group of RPMs has no module')
  const artifacts = staged.map(
    ({ rpm, version }) =>
      `${rpm.name}-${rpm.epoch ?? 0}:${version}-${releases.at(-1)}.${rpm.noarch ? 'noarch' : 'x86_64'}`,
  )
  return `---
document: modulemd
version: 2
data:
  name: ${module.name}
  stream: "${module.stream}"
  version: 9060020250101
  context: lab
  arch: x86_64
  summary: ${module.name} ${module.stream}
  description: >-
    ${module.name} ${module.stream}
  license:
    module: [MIT]
  profiles:
    common:
      rpms: [${module.profile.join(', ')}]
  artifacts:
    rpms:
${artifacts
  .sort()
  .map((artifact) => `    - ${artifact}`)
  .join('\n')}
...
`
}
