import { describe, expect, it } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { complete } from '../../../src/cli/completion.ts'
import { completionScripts } from '../../../src/cli/completion-scripts.ts'
import { buildProgram } from '../../../src/cli/program.ts'
import { fakeIo } from './fake-io.ts'

const program = buildProgram({ io: fakeIo(), end: () => {} }, '0.0.0', mail.commands)

const sources = {
  inventories: () => ['inventories/lab.ts', 'inventories/prod.ts'],
  hosts: () => Promise.resolve(['mx1', 'mx2', 'web1', '@mail']),
  roles: () => Promise.resolve(['base', 'postfix']),
}

/** The candidates after a line, descriptions cut off. */
async function offered(line: string): Promise<string[]> {
  const answer = await complete(program, line.split(' '), sources)
  return answer.map((candidate) => candidate.split('\t')[0] ?? '')
}

describe('complete', () => {
  it('knows commands and what they are for', async () => {
    expect(await offered('')).toEqual([
      'apply',
      'drift',
      'inventory',
      'graph',
      'render',
      'dns',
      'dkim',
      'verify',
      'unlock',
      'secrets',
      'lab',
      'completion',
      'help',
    ])
    expect(await complete(program, ['dr'], sources)).toEqual(['drift\tshow what is not as declared; read only'])
  })

  it('knows flags and their values', async () => {
    expect(await offered('apply x.ts --d')).toEqual(['--dry-run', '--diff'])
    expect(await offered('drift x.ts --format j')).toEqual(['json', 'junit'])
    expect(await offered('drift x.ts --format=j')).toEqual(['--format=json', '--format=junit'])
    expect(await offered('drift x.ts --output ')).toEqual([':files'])
    expect(await offered('drift x.ts --forks ')).toEqual([])
  })

  it('knows inventories, and lets files stand beside them', async () => {
    expect(await offered('apply ')).toEqual([':files', 'inventories/lab.ts', 'inventories/prod.ts'])
    expect(await offered('secrets init inventories/p')).toEqual([':files', 'inventories/prod.ts'])
    expect(await offered('apply --diff --limit mx1 inventories/p')).toEqual([':files', 'inventories/prod.ts'])
    expect(await offered('apply inventories/prod.ts ')).toEqual([])
    expect(await offered('secrets i')).toEqual(['init'])
    expect(await offered('secrets rekey inventories/p')).toEqual([':files', 'inventories/prod.ts'])
    expect(await offered('lab up --')).toEqual(['--hosts', '--image', '--help'])
    expect(await offered('dns x.ts ')).toEqual(['records', 'check'])
    expect(await offered('render x.ts --limit mx1,w')).toEqual(['mx1,web1'])
    expect(await offered('dkim x.ts ')).toEqual(['status'])
    expect(await offered('completion ')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('completes the last item of lists of hosts and roles', async () => {
    expect(await offered('apply x.ts --limit m')).toEqual(['mx1', 'mx2'])
    expect(await offered('apply x.ts --limit mx1,w')).toEqual(['mx1,web1'])
    expect(await offered('apply x.ts --limit @mail,!mx2')).toEqual(['@mail,!mx2'])
    expect(await offered('apply x.ts --limit @')).toEqual(['@mail'])
    expect(await offered('apply x.ts --roles base,')).toEqual(['base,base', 'base,postfix'])
    expect(await offered('apply --limit m')).toEqual([])
  })

  it('has nothing to say to words it does not know', async () => {
    expect(await offered('nope --x')).toEqual([])
  })
})

it.each(Object.entries(completionScripts))('the %s script asks __complete', (_shell, script) => {
  expect(script).toContain('__complete')
})
