import { existsSync } from 'node:fs'
import { type LabHost, macOf } from './hosts.ts'
import { inNamespace } from './namespace.ts'
import { LAB, LABEL, SERVICE_ADDRESS, SUBNET } from './paths.ts'
import { attempt, type RunOptions, type RunResult, run } from './process.ts'

/** runc and cgroupfs also work where systemd is not process 1 and where cgroups are still version 1. */
const PODMAN = ['podman', '--runtime=runc', '--cgroup-manager=cgroupfs']

/**
 * SYS_ADMIN: sandboxing directives of units apply and shutdown does not hang. NET_ADMIN: firewalld. A machine's root
 * can do far more; these are what mail servers need.
 */
const CAPABILITIES = 'SYS_ADMIN,NET_ADMIN,NET_RAW,SYS_PTRACE,AUDIT_WRITE,SYS_NICE,IPC_LOCK'

export interface Container extends LabHost, CreateOptions {
  /** podman's word: created, running, exited, … */
  readonly state: string
}

/** podman inside the lab's namespace: it creates bridge, veth pairs and firewall rules where it runs. */
export const podman = (args: readonly string[], options?: RunOptions): Promise<string> =>
  run(inNamespace([...PODMAN, ...args]), options)

export const tryPodman = (args: readonly string[], options?: RunOptions): Promise<RunResult> =>
  attempt(inNamespace([...PODMAN, ...args]), options)

/** podman for images only, outside the namespace, where registries can be reached. */
export const podmanImages = (args: readonly string[], options?: RunOptions): Promise<RunResult> =>
  attempt([...PODMAN, ...args], options)

export const containerName = (host: string): string => `${LAB}-${host}`

/**
 * The network, and the service address beside it: on lo, because that outlives podman's bridge, and only after the
 * network, because podman refuses a subnet of which an address is in use.
 */
export async function ensureNetwork(): Promise<void> {
  if ((await tryPodman(['network', 'exists', LAB])).code !== 0) await createNetwork()
  await run(inNamespace(['ip', 'address', 'replace', `${SERVICE_ADDRESS}/32`, 'dev', 'lo']))
}

async function createNetwork(): Promise<void> {
  await attempt(inNamespace(['ip', 'address', 'del', `${SERVICE_ADDRESS}/32`, 'dev', 'lo']))
  await podman(['network', 'create', '--internal', '--subnet', SUBNET, '--label', LABEL, LAB])
}

export interface CreateOptions {
  readonly image: string
  readonly stateDir: string
  /** Folder with the RPM repositories, for the image that is built here. */
  readonly repo?: string | undefined
}

export async function createContainer(host: LabHost, options: CreateOptions): Promise<void> {
  const { image, stateDir, repo } = options
  const labels = {
    '': host.name,
    '.fqdn': host.fqdn,
    '.ip': host.ip,
    '.image': image,
    '.state': stateDir,
    '.repo': repo,
  }
  await podman([
    'create',
    ...['--name', containerName(host.name), '--hostname', host.fqdn],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${LABEL}${key}=${value ?? ''}`]),
    ...['--systemd=always', '--stop-signal=SIGRTMIN+3', '--restart=always'],
    ...['--network', LAB, '--ip', host.ip, '--mac-address', macOf(host.ip), '--dns=none', '--no-hosts'],
    ...['--cap-add', CAPABILITIES, '--ulimit=nofile=20000:20000', '--ulimit=nproc=20000:20000'],
    ...(repo === undefined ? [] : ['--volume', `${repo}:/opt/el9lab/repo:ro`]),
    ...[image, '/sbin/init'],
  ])
}

interface Listed {
  readonly State: string
  readonly Pid: number
  readonly Labels: Record<string, string>
}

/** All containers of the lab, also stopped and half-made ones. */
export async function listContainers(): Promise<Container[]> {
  const { stdout } = await podmanImages(['ps', '--all', '--filter', `label=${LABEL}`, '--format=json'])
  const rows = JSON.parse(stdout || '[]') as Listed[]
  return rows
    .map(({ State, Pid, Labels }) => ({
      name: Labels[LABEL] ?? '',
      fqdn: Labels[`${LABEL}.fqdn`] ?? '',
      ip: Labels[`${LABEL}.ip`] ?? '',
      image: Labels[`${LABEL}.image`] ?? '',
      stateDir: Labels[`${LABEL}.state`] ?? '',
      repo: Labels[`${LABEL}.repo`] || undefined,
      // After a crash of the machine podman still believes in hosts whose processes are gone.
      state: State === 'running' && !existsSync(`/proc/${Pid}`) ? 'gone' : State,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

export const removeContainer = (host: string): Promise<string> =>
  podman(['rm', '--force', '--time=0', '--volumes', containerName(host)])

/**
 * resolv.conf of a host: a DNS server which tests may run. By TCP, for where none runs the lookup is refused at once; by UDP
 * glibc waits two seconds, and dnf alone looks its own host up at every call.
 */
export const resolvConf = `nameserver ${SERVICE_ADDRESS}\noptions use-vc\n`
