import { basename, dirname } from 'node:path'
import { lines, type Script, sh } from '../kernel/sh.ts'
import type { Enactment, ResourceId } from '../model/resource.ts'
import { attempt, type Block } from './blocks.ts'

type Written = Extract<Enactment, { sort: 'staged' }> & { readonly id: ResourceId; readonly candidate: string }
type Removed = Extract<Enactment, { sort: 'removal' }> & { readonly id: ResourceId }
type Checked = Extract<Enactment, { sort: 'check' }> & { readonly id: ResourceId; readonly tree: string }

/** One block of files, links and removals, by what is to be done with them. */
interface Sorted {
  readonly written: readonly Written[]
  readonly removed: readonly Removed[]
  readonly checked: readonly Checked[]
}

/**
 * The script of a block of paths: stages every candidate beside its place, checks all of them, and only then swaps each in
 * by rename. What was there is kept until the role is healthy (see rollback.ts).
 */
export function stagedBlock({ steps }: Block<'staged'>, run: string): Script {
  const sorted = sort(steps, run)
  const { written, removed, checked } = sorted
  const list = sh`"$changes/"${`${run}-${String(steps[0].index).padStart(4, '0')}`}`
  return lines([
    noteTemporaries(steps[0].step.resource.id, list, sorted, run),
    ...written.map((one) => stage(one, run)),
    ...removed.map(({ id, target, recursive }) => lines([sh`begin ${id}`, attempt(id, removable(target, recursive))])),
    ...written.map(({ id, candidate, check }) => (check ? inspect(id, sh`candidate=${candidate}\n${check}`) : sh`:`)),
    ...checked.map((one) => checkTree(one, sorted)),
    ...(written.length + removed.length > 0 ? [noteChanges(steps[0].step.resource.id, list, sorted)] : []),
    // In the order of the role.
    ...steps.map(({ step, enactment }) => {
      const { id } = step.resource
      if (enactment.sort === 'staged') return swap(id, enactment, candidateOf(enactment.target, run))
      return enactment.sort === 'removal' ? remove(id, enactment) : sh`:`
    }),
    sh`sync -- ${[...new Set([...written, ...removed].map(({ target }) => dirname(target)))]} 2>/dev/null`,
    sh`rm -f -- ${list}.temporary`,
  ])
}

/** The hidden name beside a target under which its candidate is written. */
export function candidateOf(target: string, run: string): string {
  return `${dirname(target)}/.${basename(target)}.orchestrate-${run}`
}

function sort(steps: Block<'staged'>['steps'], run: string): Sorted {
  const all = steps.map(({ step, enactment }) => ({ id: step.resource.id, ...enactment }))
  return {
    written: all.flatMap((one) => (one.sort === 'staged' ? { ...one, candidate: candidateOf(one.target, run) } : [])),
    removed: all.flatMap((one) => (one.sort === 'removal' ? one : [])),
    checked: all.flatMap((one) => (one.sort === 'check' ? { ...one, tree: `${one.root}.orchestrate-${run}` } : [])),
  }
}

// A run that is killed leaves these behind: the next one deletes what is named here.
function noteTemporaries(id: ResourceId, list: Script, { written, checked }: Sorted, run: string): Script {
  const folders = [...new Set(written.map(({ target }) => dirname(target)))]
  const paths = [
    ...written.map(({ candidate }) => candidate),
    ...checked.map(({ tree }) => tree),
    ...folders.map((folder) => workshopIn(folder, run)),
  ]
  return attempt(
    id,
    sh`mkdir -p -m 0700 "$state/changes" "$changes"
[ -s "$changes/began" ] || printf '%s\n' "$run" >"$changes/began"
printf '%s\n' ${paths} >${list}.temporary`,
  )
}

function workshopIn(folder: string, run: string): string {
  return `${folder}/.orchestrate-${run}`
}

// Whoever can write a directory can put a link in the place of a candidate while it is written. So in such a directory it is
// written in one that only root can enter, and leaves it by rename with its final owner and mode.
function stage({ id, target, candidate, stage: write }: Written, run: string): Script {
  const [folder, name] = [dirname(target), basename(candidate)]
  const workshop = basename(workshopIn(folder, run))
  return lines([
    sh`begin ${id}`,
    attempt(
      id,
      sh`enter ${folder}
if [ -d ./${basename(target)} ] && [ ! -L ./${basename(target)} ]; then
  echo "a directory stands at "${target}"; move it away first" >&2
  exit 1
fi
candidate=${candidate} others=yes
case $(stat -c '%u %a' .) in "$me "*[0145][0145]) others= ;; esac
if [ -n "$others" ]; then
  mkdir -m 0700 -- ./${workshop}
  cd -P -- ./${workshop}
  [ "$(stat -c '%u %a' .)" = "$me 700" ]
  candidate=./${name}
fi
${write}
if [ -n "$others" ]; then
  mv -fT -- ./${name} ../${name}
  cd ..
  rmdir -- ./${workshop}
fi`,
    ),
  ])
}

// A daemon's check that complains has failed, whatever its exit status says: `postfix check` and others exit 0 on mistakes.
function inspect(id: ResourceId, check: Script): Script {
  return lines([
    '( set -e',
    check,
    ') >"$log" 2>"$log.err"',
    sh`[ $? -eq 0 ] && [ ! -s "$log.err" ] || { cat "$log.err" >>"$log"; fail ${id}; }`,
  ])
}

function checkTree({ id, root, tree, script }: Checked, { written, removed }: Sorted): Script {
  const inside = ({ target }: { readonly target: string }) => target.startsWith(`${root}/`)
  return lines([
    sh`begin ${id}`,
    attempt(
      id,
      lines([
        sh`rm -rf --one-file-system -- ${tree}
mkdir -m 0700 -- ${tree}
if [ -d ${root} ]; then cp -a -- ${root}/. ${tree}; fi
enter ${tree}
top=$PWD
# A link in the copy may lead back to what is live.
within() {
  cd -P -- "$1"
  case $PWD/ in "$top"/*) ;; *) echo "$1 leads out of the copy that is checked; replace the link by a directory" >&2; exit 1 ;; esac
}`,
        ...written.filter(inside).map(({ target, candidate }) => {
          const [folder, name] = [tree + dirname(target).slice(root.length), basename(target)]
          return sh`within ${folder}
rm -f -- ./${basename(candidate)}
cp -a --remove-destination -- ${candidate} ./${name}`
        }),
        ...removed
          .filter(inside)
          .map(
            ({ target }) =>
              sh`if [ -d ${tree + dirname(target).slice(root.length)} ]; then within ${tree + dirname(target).slice(root.length)}; rm -rf --one-file-system -- ./${basename(target)}; fi`,
          ),
      ]),
    ),
    inspect(id, sh`tree=${tree}\n${script}`),
    sh`rm -rf --one-file-system -- ${tree}\nmark done ${id}`,
  ])
}

// From here on the block changes what is live: the list must be whole and on the disk before the first rename.
function noteChanges(id: ResourceId, list: Script, { written, removed }: Sorted): Script {
  const targets = [...written, ...removed].map(({ target }) => target)
  return attempt(
    id,
    sh`for path in ${targets}; do
  if exists "$path"; then printf 'restore %s\n' "$path"; else printf 'remove %s\n' "$path"; fi
done >${list}.new
sync -- ${list}.new
mv -fT -- ${list}.new ${list}.list
sync -- "$changes"`,
  )
}

function swap(id: ResourceId, { target, after }: Extract<Enactment, { sort: 'staged' }>, candidate: string): Script {
  const name = basename(target)
  return lines([
    attempt(
      id,
      sh`enter ${dirname(target)}
kept=./.${name}.orchestrate-$began.kept
if exists ./${name} && ! exists "$kept"; then
  ln -PT -- ./${name} "$kept" 2>/dev/null || { cp -aT --remove-destination -- ./${name} "$kept.part"; mv -T -- "$kept.part" "$kept"; }
fi
mv -fT -- ./${basename(candidate)} ./${name}
${after ?? sh`:`}`,
    ),
    sh`mark done ${id}`,
  ])
}

function removable(target: string, recursive: boolean): Script {
  if (recursive) return sh`:`
  return sh`if [ -d ${target} ] && [ ! -L ${target} ] && [ -n "$(ls -A -- ${target})" ]; then
  echo ${target}" is a directory that is not empty" >&2
  exit 1
fi`
}

function remove(id: ResourceId, { target, after }: Extract<Enactment, { sort: 'removal' }>): Script {
  const name = basename(target)
  return lines([
    attempt(
      id,
      sh`if exists ${target}; then
  enter ${dirname(target)}
  kept=./.${name}.orchestrate-$began.kept
  if exists "$kept"; then rm -rf --one-file-system -- ./${name}; else mv -T -- ./${name} "$kept"; fi
fi
${after ?? sh`:`}`,
    ),
    sh`mark done ${id}`,
  ])
}
