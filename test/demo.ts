// `npm run demo`: the main job, for real, on two lab hosts made from nothing.
import { spawn } from 'node:child_process'
import process from 'node:process'
import * as lab from './lab/index.ts'

const inventory = 'inventories/lab.ts'
const say = (text: string) => process.stderr.write(`\n$ ${text}\n`)

say('orchestrate lab up')
await lab.up({ hosts: lab.standardHosts(2) })
const steps = [
  ['secrets', 'init', inventory],
  ['apply', inventory, '--yes'],
  ['drift', inventory],
]
for (const args of steps) {
  say(['orchestrate', ...args].join(' '))
  const code = await orchestrate(args)
  if (code !== 0) process.exit(code)
}
process.stderr.write(`
The two hosts are as inventories/lab.ts says. Next:
  node bin/orchestrate.js lab ssh mx1 'rm /etc/my.cnf.d/zz-orchestrate.cnf'   break something by hand
  node bin/orchestrate.js drift ${inventory} --diff       see it (exit 2)
  node bin/orchestrate.js apply ${inventory}              repair it
  node bin/orchestrate.js lab down                                leave nothing behind
`)

function orchestrate(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/orchestrate.js', ...args], { stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
