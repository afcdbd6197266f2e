import { type Ended, start } from '../../support/orchestrate.ts'
import type { Sv2 } from '../inventory.ts'
import { inventory } from '../world/managed.ts'
import { places } from '../world/places.ts'

/** Runs a command on sv2 alone, declared as ever but for `more`. */
export function sv2(command: 'apply' | 'drift', more: Sv2 = {}): Promise<Ended> {
  const yes = command === 'apply' ? ['--yes'] : []
  const args = [command, inventory, '--limit', places.b2.name, '--format', 'json', ...yes]
  return start(args, being(more)).ended
}

/** What a command is started with to see sv2 so. */
export const being = (more: Sv2): { env: NodeJS.ProcessEnv } => ({ env: { TEST_SV2: JSON.stringify(more) } })
