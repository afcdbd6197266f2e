import { basename, dirname } from 'node:path'
import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import type { Enacted } from './apply-script.ts'
import { attempt } from './attempt.ts'

/** Stages every candidate of a block beside its place, checks all of them, and only then swaps each in by rename. */
export function stagedBlock(steps: readonly Enacted[], run: string): Script {
  const staged = steps.flatMap(({ step, enactment }) =>
    enactment.sort === 'staged'
      ? [{ id: step.resource.id, ...enactment, candidate: candidateOf(enactment.target, run) }]
      : [],
  )
  const trees = steps.flatMap(({ step, enactment }) =>
    enactment.sort === 'check'
      ? [{ id: step.resource.id, ...enactment, tree: `${enactment.root}.orchestrate-${run}` }]
      : [],
  )
  const candidates = staged.map(({ candidate }) => candidate)
  return lines([
    sh`printf '%s\n' ${[...candidates, ...trees.map(({ tree }) => tree)]} >>"$state/candidates"`,
    ...staged.map(({ id, candidate, stage }) =>
      lines([sh`begin ${id}`, sh`candidate=${candidate}`, attempt(id, stage)]),
    ),
    ...staged.map(({ id, candidate, check }) =>
      check ? lines([sh`candidate=${candidate}`, inspect(id, check)]) : raw(''),
    ),
    ...trees.map(({ id, root, tree, script }) =>
      lines([
        sh`begin ${id}`,
        copyTree(
          id,
          root,
          tree,
          staged.filter(({ target }) => target.startsWith(`${root}/`)),
        ),
        inspect(id, sh`tree=${tree}\n${script}`),
        sh`rm -rf --one-file-system -- ${tree}\nmark done ${id}`,
      ]),
    ),
    ...staged.map(({ id, target, candidate, after }) => swap(id, target, candidate, after)),
    ...(staged.length > 0
      ? [sh`sync -- ${[...new Set(staged.map(({ target }) => dirname(target)))]} 2>/dev/null`]
      : []),
    'rm -f -- "$state/candidates"',
  ])
}

/** The hidden name beside a target under which its candidate is written. */
export function candidateOf(target: string, run: string): string {
  return `${dirname(target)}/.${basename(target)}.orchestrate-${run}`
}

// A daemon's check that complains has failed, whatever its exit status says: `postfix check` and others exit 0 on mistakes.
function inspect(id: string, check: Script): Script {
  return lines([
    '( set -e',
    check,
    ') >"$log" 2>"$log.err"',
    sh`[ $? -eq 0 ] && [ ! -s "$log.err" ] || { cat "$log.err" >>"$log"; fail ${id}; }`,
  ])
}

function copyTree(
  id: string,
  root: string,
  tree: string,
  inside: readonly { target: string; candidate: string }[],
): Script {
  return attempt(
    id,
    lines([
      sh`rm -rf -- ${tree}`,
      sh`if [ -d ${root} ]; then cp -a -- ${root} ${tree}; else mkdir -p -m 0700 -- ${tree}; fi`,
      ...inside.map(({ target, candidate }) => {
        const copy = tree + target.slice(root.length)
        return sh`mkdir -p -- ${dirname(copy)}; rm -f -- ${tree + candidate.slice(root.length)}; cp -a -- ${candidate} ${copy}`
      }),
    ]),
  )
}

function swap(id: string, target: string, candidate: string, after: Script | undefined): Script {
  return lines([
    attempt(
      id,
      sh`if [ -e ${target} ] || [ -L ${target} ]; then
  mkdir -p -- "$backup/files"${dirname(target)}
  cp -a -- ${target} "$backup/files"${target}
  printf 'restore %s\n' ${target} >>"$backup/list"
else
  printf 'remove %s\n' ${target} >>"$backup/list"
fi
mv -fT -- ${candidate} ${target}
${after ?? sh`:`}`,
    ),
    sh`mark done ${id}`,
  ])
}
