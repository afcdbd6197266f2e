import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { completionScripts } from '../../src/cli/completion-scripts.ts'

const program = `orchestrate() { '${process.execPath}' bin/orchestrate.js "$@"; }`

/** What bash is offered for a line; readline cuts its words at `=`, `:` and `@` before a completion function sees them. */
function inBash(line: string): string[] {
  const words = line.split(/([=:@])| /).filter((word, index, all) => word || (word === '' && index === all.length - 1))
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const script = `${program}
    ${completionScripts.bash}
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=(${quoted})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _orchestrate 2>/dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script, 'bash', line], { encoding: 'utf8' }).split('\n').filter(Boolean)
}

const inventory = 'inventories/prod.ts'

test.each<[string, readonly string[]]>([
  ['orchestrate dri', ['drift']],
  [`orchestrate drift inventories/pr`, [inventory]],
  [`orchestrate drift ${inventory} --format=ju`, ['junit']],
  // Readline replaces the @, too.
  [`orchestrate drift ${inventory} --limit @m`, ['@mail']],
  [`orchestrate drift ${inventory} --limit sv1,@m`, ['@mail']],
  [`orchestrate drift ${inventory} --limit '@m`, ['@mail']],
])('bash: %s', (line, offered) => {
  expect(inBash(line)).toEqual(offered)
})

const hasFish = spawnSync('fish', ['--version']).status === 0

test('fish offers something after a space', ({ skip }) => {
  skip(!hasFish, 'needs fish')
  const script = `function orchestrate; '${process.execPath}' bin/orchestrate.js $argv; end
    orchestrate completion fish | string replace 'command $given[1]' '$given[1]' | source
    complete -C 'orchestrate dns ${inventory} '`
  expect(execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' })).toContain('records')
})
