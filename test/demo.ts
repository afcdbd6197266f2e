// `npm run demo`: the main job, for real, on two lab hosts made from nothing.
import { spawn } from 'node:child_process'
import process from 'node:process'
import * as lab from './lab/index.ts'

const inventory = 'inventories/lab.ts'
const say = (text: string) => process.stderr.write(`\n$ ${text}\n`)

say('orchestrate lab up')
await lab.up({ hosts: lab.standardHosts(2) })
await orchestrate(['secrets', 'init', inventory])
await orchestrate(['apply', inventory, '--yes'])
await orchestrate(['drift', inventory])
process.stderr.write(`
The two hosts are as inventories/lab.ts says. Next:
  node bin/orchestrate.js lab ssh mx1 -- postconf -e mynetworks=0.0.0.0/0   break something by hand
  node bin/orchestrate.js drift ${inventory} --diff       see it (exit 2)
  node bin/orchestrate.js apply ${inventory}              repair it
  node bin/orchestrate.js lab down                     leave nothing behind
`)

/** Runs one command line for all to see. A failure ends the demo. */
function orchestrate(args: readonly string[]): Promise<void> {
  say(['orchestrate', ...args].join(' '))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/orchestrate.js', ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else process.exit(code ?? 1)
    })
  })
}
