import { readFile, writeFile } from 'node:fs/promises'
import { attempt, run } from './process.ts'
import { step } from './progress.ts'

/** Program that must be there → Debian package that brings it. */
const RUN_TOOLS = {
  podman: 'podman',
  runc: 'runc',
  iptables: 'iptables',
  '/usr/lib/podman/netavark': 'netavark',
  '/usr/lib/podman/aardvark-dns': 'aardvark-dns',
  socat: 'socat',
  ssh: 'openssh-client',
  ip: 'iproute2',
  nsenter: 'util-linux',
} as const

const BUILD_TOOLS = {
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  rpmbuild: 'rpm',
  createrepo_c: 'createrepo-c',
  patchelf: 'patchelf',
  readelf: 'binutils',
  gcc: 'gcc',
  '/usr/include/dlfcn.h': 'libc6-dev',
} as const

async function missingPackages(tools: Readonly<Record<string, string>>): Promise<string[]> {
  const probe = 'for t; do case $t in /*) [ -e "$t" ] ;; *) command -v "$t" >/dev/null ;; esac || echo "$t"; done'
  const path = `${process.env['PATH']}:/usr/sbin:/sbin`
  const missing = await run(['sh', '-c', probe, 'probe', ...Object.keys(tools)], { env: { PATH: path } })
  return missing.split('\n').flatMap((tool) => tools[tool] ?? [])
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = ['apt-get', '-q', '-y', '--no-install-recommends', 'install', ...packages]
  if ((await attempt(apt, { env })).code === 0) return
  await run(['apt-get', '-q', 'update'], { env })
  await run(apt, { env })
}

async function ensureTools(tools: Readonly<Record<string, string>>): Promise<void> {
  const packages = await missingPackages(tools)
  if (packages.length === 0) return
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const debian = /^ID(_LIKE)?=.*debian/m.test(release)
  const how = debian ? `apt-get install ${packages.join(' ')}` : 'see test/lab/README.md for other systems'
  if (!debian || process.getuid?.() !== 0)
    throw new Error(`the lab needs programs that are missing here (Debian packages ${packages.join(', ')}): ${how}`)
  await step(`apt-get install ${packages.join(' ')}`, () => install(packages))
}

const INOTIFY_LIMIT = '/proc/sys/fs/inotify/max_user_instances'
const INOTIFY_NEEDED = 1024

/** A booted host takes about eight inotify instances, and the kernel's 128 are shared by all of them. */
async function raiseInotifyLimit(): Promise<void> {
  const now = Number(await readFile(INOTIFY_LIMIT, 'utf8'))
  if (now >= INOTIFY_NEEDED) return
  await step(`raise fs.inotify.max_user_instances from ${now} to ${INOTIFY_NEEDED}`, () =>
    writeFile(INOTIFY_LIMIT, String(INOTIFY_NEEDED)),
  )
}

/** What running hosts needs: root, podman and its network helpers, ssh. */
export async function ensureRunTools(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('the lab makes a network namespace and containers: run it as root')
  await ensureTools(RUN_TOOLS)
  await raiseInotifyLimit()
}

export const hasPodman = async (): Promise<boolean> => !(await missingPackages(RUN_TOOLS)).includes('podman')

/** The browser that looks at web pages of the hosts, by name. */
export const ensureBrowser = (): Promise<void> => ensureTools({ '/usr/bin/chromium': 'chromium' })

/** What building the image needs in addition. */
export const ensureBuildTools = (): Promise<void> => ensureTools(BUILD_TOOLS)
