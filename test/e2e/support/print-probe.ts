// Prints the probe script of an inventory's first host; in a process of its own, so that its environment can differ.
import process from 'node:process'
import { evaluateInventory } from '../../../src/cli/evaluated.ts'
import { processIo } from '../../../src/cli/io.ts'
import { probeScript } from '../../../src/engine/probe.ts'

const { hosts } = await evaluateInventory(process.argv[2] ?? '', processIo())
if (hosts[0]) process.stdout.write(probeScript(hosts[0].declaration, 'counted', { contents: false }).toString())
