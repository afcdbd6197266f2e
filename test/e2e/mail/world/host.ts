import { exec } from '../../../lab/index.ts'

/** Runs shell text as root on a lab host; a failure shows its output. */
export async function on(host: string, script: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await tried(host, script, input)
  if (code !== 0)
    throw new Error(`on ${host}: exit ${code}\n${script.slice(0, 400)}\n${stdout.slice(-800)}\n${stderr.slice(-800)}`)
  return stdout
}

/** The same, with the exit code as a result. */
export async function tried(host: string, script: string, input?: string): ReturnType<typeof exec> {
  return exec(host, script, input === undefined ? {} : { input })
}

/** Writes a file on a lab host. */
export async function put(host: string, path: string, text: string, mode = '0644'): Promise<void> {
  await on(host, `mkdir -p "$(dirname ${path})" && cat >${path} && chmod ${mode} ${path}`, text)
}

/** Installs packages unless they are there. */
export async function install(host: string, packages: readonly string[]): Promise<void> {
  const words = packages.join(' ')
  const repos = 'dnf -q -y install epel-release && dnf config-manager --set-enabled crb'
  await on(
    host,
    `rpm -q ${words} >/dev/null 2>&1 || { { ${repos} && dnf -q -y install ${words}; } >/dev/null 2>&1; rpm -q ${words}; }`,
  )
}

/** Asks until there is an answer; gives up with the last complaint after `seconds`. */
export async function until<Result>(
  what: string,
  ask: () => Promise<Result | undefined>,
  seconds = 20,
): Promise<Result> {
  const end = Date.now() + seconds * 1_000
  let complaint = ''
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      complaint = `: ${error instanceof Error ? error.message : String(error)}`
      return undefined
    })
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}${complaint}`)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
