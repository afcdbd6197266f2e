import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import type { Step } from '../model/plan.ts'
import type { BlobRef, Enactment } from '../model/resource.ts'
import { type Batch, carrierOf, wordsAhead } from './ahead.ts'
import { attempt } from './attempt.ts'
import { stateRoot } from './lock.ts'
import { stagedBlock } from './stage.ts'

/** One step with the way it is brought about. */
export interface Enacted {
  readonly step: Step
  readonly enactment: Enactment
  /** Its place among the role's steps: names its shell function. */
  readonly index: number
}

/** A stretch of a role that runs as one: neighbouring files, neighbouring packages, or a single step. */
export type Block =
  | { readonly sort: 'step'; readonly steps: readonly Enacted[] }
  | { readonly sort: 'batch'; readonly steps: readonly Enacted[] }
  | { readonly sort: 'staged'; readonly steps: readonly Enacted[] }

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
 * runs in order; marks with `token` tell how far it is; a failure puts the role's files back and stops.
 */
export function applyScript({ run, role, token, steps, next = [] }: RoleRun): RoleScript {
  const enacted = steps.map((step, index) => ({
    step,
    enactment: step.resource.enact(step.change, contextOf(step, steps)),
    index,
  }))
  const inTurn = blocks(enacted)
  const carrier = carrierOf(inTurn)
  const enact = (step: Step) => step.resource.enact(step.change, contextOf(step, next))
  const ahead = carrier ? wordsAhead(carrier, next, enact) : []
  const parts = [
    preamble(run, role, token),
    ...inTurn.map((block) => blockScript(block, run, block === carrier ? ahead : [])),
    'mark role-done',
  ]
  const blobs = enacted.flatMap(({ enactment }) => (enactment.sort === 'step' ? (enactment.blobs ?? []) : []))
  return { script: lines(parts), blobs }
}

/** Groups neighbours that run as one. */
export function blocks(enacted: readonly Enacted[]): Block[] {
  const result: { sort: Block['sort']; steps: Enacted[] }[] = []
  for (const one of enacted) {
    const sort = one.enactment.sort === 'check' ? 'staged' : one.enactment.sort
    const last = result.at(-1)
    if (last && last.sort === sort && sort !== 'step' && joins(last.steps.at(-1), one)) last.steps.push(one)
    else result.push({ sort, steps: [one] })
  }
  return result
}

function joins(before: Enacted | undefined, next: Enacted): boolean {
  if (before?.enactment.sort !== 'batch' || next.enactment.sort !== 'batch') return true
  return String(before.enactment.command) === String(next.enactment.command)
}

function contextOf(step: Step, steps: readonly Step[]) {
  const before = steps.slice(0, steps.indexOf(step))
  return { signal: step.signal, changed: new Set(before.map(({ resource }) => resource.id)) }
}

function blockScript(block: Block, run: string, ahead: readonly string[]): Script {
  if (block.sort === 'staged') return stagedBlock(block.steps, run)
  if (block.sort === 'step') return lines(block.steps.map(single))
  const ids = block.steps.map(({ step }) => step.resource.id)
  const words = block.steps.flatMap(({ enactment }) => (enactment.sort === 'batch' ? enactment.words : []))
  const [first] = block.steps
  if (first?.enactment.sort !== 'batch') return raw(':')
  return lines([
    ...ids.map((id) => sh`begin ${id}`),
    attempt(ids.at(-1) ?? '', batch(first.enactment, words, ahead)),
    ...ids.map((id) => sh`mark done ${id}`),
  ])
}

// What a later role lacks is that role's failure to tell, in its own turn.
function batch({ command, unless }: Batch, words: readonly string[], ahead: readonly string[]): Script {
  const call = sh`${command} ${words}`
  const along = ahead.length > 0 ? sh`${call} ${ahead} >/dev/null 2>&1 || ${call}` : call
  return unless ? sh`${unless} ${words} >/dev/null 2>&1 || { ${along}; }` : along
}

function single({ step, enactment, index }: Enacted): Script {
  if (enactment.sort !== 'step') return raw(':')
  const { id } = step.resource
  const again = enactment.again
    ? [raw(`again_${index}() {\n( set -e`), enactment.again, raw(`)\n}\nagains="$agains again_${index}"`)]
    : []
  return lines([sh`begin ${id}`, ...again, attempt(id, enactment.script), sh`mark done ${id}`])
}

function preamble(run: string, role: string, token: string): Script {
  return sh`state=${stateRoot} token=${token} run=${run}
backup=$state/backups/${run}/${role} log=$state/log agains=
mark() { printf '%s %s\n' "$token" "$*"; }
begin() {
  if [ -e "$state/stop" ]; then drop_candidates; mark stopped; exit 0; fi
  mark "begin $1"
}
mkdir -p -m 0700 "$state/backups" "$state/backups/${run}" "$backup" && : >"$backup/list" && : >"$log" || exit 1
printf '%s %s\n' ${run} ${role} >"$state/journal"
fail() {
  mark "failed $1 $(tail -c 4000 "$log" | tail -n 20 | base64 -w0)"
  rollback
  exit 1
}
rollback() {
  if [ -s "$backup/list" ]; then
    tac "$backup/list" | while IFS=' ' read -r verb target; do
      case $verb in
        restore) cp -a -- "$backup/files$target" "$target.orchestrate-$run" && mv -fT -- "$target.orchestrate-$run" "$target" ;;
        remove) rm -f -- "$target" ;;
      esac
    done
    for again in $agains; do "$again" >/dev/null 2>&1; done
    mark "rolled-back $(wc -l <"$backup/list")"
  fi
  drop_candidates
}
drop_candidates() {
  [ -f "$state/candidates" ] || return 0
  while IFS= read -r path; do rm -rf --one-file-system -- "$path"; done <"$state/candidates"
  rm -f "$state/candidates"
}`
}
