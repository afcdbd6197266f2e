import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import type { Step } from '../model/plan.ts'
import type { BlobRef } from '../model/resource.ts'
import { batchBlock, carrierOf, wordsAhead } from './batch.ts'
import { type AnyBlock, attempt, type Block, blocks } from './blocks.ts'
import { changeFunctions, hostState } from './rollback.ts'
import { stagedBlock } from './stage.ts'

/** What one apply script is for. */
export interface RoleRun {
  readonly run: string
  readonly role: string
  readonly token: string
  readonly steps: readonly Step[]
  /** Steps of the roles behind it: what they install first is installed along. */
  readonly next?: readonly Step[]
}

/** A role's script and the bytes that have to travel beside it. */
export interface RoleScript {
  readonly script: Script
  readonly blobs: readonly BlobRef[]
}

/**
 * The one script that carries out a role's changes on a host: files are staged, checked and swapped together, the rest
 * runs in order; marks with `token` tell how far it is. A failure takes the role's files back and stops, those of an
 * earlier run included that was killed before it could prove them.
 */
export function applyScript({ run, role, token, steps, next = [] }: RoleRun): RoleScript {
  const enacted = steps.map((step, index) => ({ step, enactment: enact(step, steps), index }))
  const inTurn = blocks(enacted)
  const carrier = carrierOf(inTurn)
  const ahead = carrier ? wordsAhead(carrier, next, (step) => enact(step, next)) : []
  const parts = [
    preamble(run, role, token),
    ...inTurn.map((block) => blockScript(block, run, block === carrier ? ahead : [])),
    'close_changes "$changes"',
    'mark role-done',
  ]
  const blobs = enacted.flatMap(({ enactment }) => (enactment.sort === 'step' ? (enactment.blobs ?? []) : []))
  return { script: lines(parts), blobs }
}

function enact(step: Step, steps: readonly Step[]) {
  const before = steps.slice(0, steps.indexOf(step))
  return step.resource.enact(step.change, {
    signal: step.signal,
    changed: new Set(before.map(({ resource }) => resource.id)),
  })
}

function blockScript(block: AnyBlock, run: string, ahead: readonly string[]): Script {
  switch (block.sort) {
    case 'staged':
      return stagedBlock(block, run)
    case 'batch':
      return batchBlock(block, ahead)
    case 'step':
      return stepBlock(block)
  }
}

function stepBlock({ steps: [{ step, enactment, index }] }: Block<'step'>): Script {
  const { id } = step.resource
  const again = enactment.again
    ? [raw(`again_${index}() {\n( set -e`), enactment.again, raw(`)\n}\nagains="$agains again_${index}"`)]
    : []
  return lines([sh`begin ${id}`, ...again, attempt(id, enactment.script), sh`mark done ${id}`])
}

// A stop is heeded only where the role has changed no file yet: between a swap and the health of what reads the files, the
// host would be left with files that nobody has proven.
function preamble(run: string, role: string, token: string): Script {
  return lines([
    hostState,
    sh`token=${token} run=${run} role=${role} agains=
changes=$state/changes/$role began=$run
mark() { printf '%s %s\n' "$token" "$*"; }`,
    changeFunctions,
    sh`begin() {
  case $(readlink "$volatile/lock") in *" $run "*) ;; *) mark lock-lost; exit 1 ;; esac
  if [ -e "$volatile/stop-$run" ] && ! unproven "$changes"; then close_changes "$changes"; mark stopped; exit 0; fi
  mark "begin $1"
}
fail() {
  mark "failed $1 $(tail -c 4000 "$log" | tail -n 20 | base64 -w0)"
  roll_back
  exit 1
}
roll_back() {
  if unproven "$changes"; then
    set -- $(put_back "$changes" 2>"$log.back")
    if [ "$1 $2" != '0 0' ]; then
      for again in $agains; do "$again" >>"$log.back" 2>&1 || mark "not-again \${again#again_}"; done
      mark "rolled-back $1 $2 $(tail -c 4000 "$log.back" | base64 -w0)"
    fi
    if [ "$2" != 0 ]; then drop_temporaries "$changes"; return; fi
  fi
  close_changes "$changes"
}
mkdir -p -m 0700 "$volatile" && : >"$log" && printf '%s %s\n' "$run" "$role" >"$state/journal" || exit 1
if [ -d "$changes" ]; then drop_temporaries "$changes"; read -r began <"$changes/began" || began=$run; fi`,
  ])
}

/** What a role script says while it runs, one line each. */
export type Mark =
  | { readonly mark: 'begin' | 'done'; readonly id: string }
  | { readonly mark: 'failed'; readonly id: string; readonly log: string }
  /** `lost`: paths that could not be put back; the log says why. */
  | { readonly mark: 'rolled-back'; readonly back: number; readonly lost: number; readonly log: string }
  /** What should run again with the old files failed; `index` is the step's place. */
  | { readonly mark: 'not-again'; readonly index: number }
  | { readonly mark: 'role-done' | 'stopped' | 'lock-lost' }

/** Reads one line of a role script's output; anything that does not start with the token is not a mark. */
export function parseMark(line: string, token: string): Mark | undefined {
  if (!line.startsWith(`${token} `)) return undefined
  const text = line.slice(token.length + 1)
  const space = text.indexOf(' ')
  const [word, rest] = space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)]
  switch (word) {
    case 'begin':
    case 'done':
      return { mark: word, id: rest }
    case 'failed': {
      const at = rest.lastIndexOf(' ')
      return { mark: 'failed', id: rest.slice(0, at), log: clear(rest.slice(at + 1)) }
    }
    case 'rolled-back': {
      const [back, lost, log] = rest.split(' ')
      return { mark: 'rolled-back', back: Number(back), lost: Number(lost), log: clear(log) }
    }
    case 'not-again':
      return { mark: 'not-again', index: Number(rest) }
    case 'role-done':
    case 'stopped':
    case 'lock-lost':
      return { mark: word }
    default:
      return undefined
  }
}

function clear(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
