import { lines, type Script, sh } from '../kernel/sh.ts'

/** Scripts as one: the output of each stands between marks that hold `token`, whatever it prints and however it ends. */
export function framed(scripts: readonly (readonly [name: string, script: Script])[], token: string): Script {
  return lines(
    scripts.map(([name, script]) => {
      const mark = `${token} ${name}`
      return lines([sh`printf '\n%s\n' ${mark}`, '(', script, ')', sh`printf '\n%s end\n' ${mark}`])
    }),
  )
}

/** What the script of this name printed; `undefined` if it was not reached or broke off. */
export function framedAnswer(output: string, token: string, name: string): string | undefined {
  const begin = `\n${token} ${name}\n`
  const from = output.indexOf(begin)
  const to = output.indexOf(`\n${token} ${name} end\n`, from)
  return from < 0 || to < 0 ? undefined : output.slice(from + begin.length, to)
}
