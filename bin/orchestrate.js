#!/usr/bin/env node
// Plain JavaScript that any Node can read: finds a Node that runs our sources, then starts the program in it.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const wanted = [22, 18]
const [major, minor] = process.versions.node.split('.').map(Number)
const newEnough = major > wanted[0] || (major === wanted[0] && minor >= wanted[1])

if (newEnough) await start()
else await startUnderNewerNode()

async function start() {
  const { default: module } = await import('node:module')
  const { homedir } = await import('node:os')
  const { join } = await import('node:path')
  // Not in /tmp, which is Node's default: other users could plant code there.
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  module.enableCompileCache(join(caches, 'orchestrate', 'compile'))
  const sources = new URL('../src/cli/main.ts', import.meta.url)
  const built = new URL('../dist/cli/main.js', import.meta.url)
  const { start: run } = await import(existsSync(sources) ? sources.href : built.href)
  await run()
}

async function startUnderNewerNode() {
  const node = newerNode()
  if (node === undefined) {
    const found = `orchestrate: this is Node ${process.versions.node}; at least ${wanted.join('.')} is needed`
    process.stderr.write(`${found}\n→ install a newer Node, or run \`npm ci\` in the project: it brings one along\n`)
    process.exit(64)
  }
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [new URL(import.meta.url).pathname, ...process.argv.slice(2)], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`orchestrate: cannot start ${node}: ${error.message}\n`)
    process.exit(70)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 70)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

/** The binary of the npm package `node`, which is a dependency for exactly this case. */
function newerNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node')
  } catch {
    return undefined
  }
}
