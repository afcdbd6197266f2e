// `npm run bench`: the promises measured beside Ansible and beside the floor, on one lab host, in one run.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { evaluateInventory } from '../src/cli/evaluated.ts'
import { processIo } from '../src/cli/io.ts'
import { probeScript } from '../src/engine/probe.ts'
import * as lab from '../test/lab/index.ts'
import { printTable } from './table.ts'

const inventory = 'bench/inventory.ts'
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const work = mkdtempSync(join(tmpdir(), 'orchestrate-bench-'))
process.env['ORCHESTRATE_IDENTITY'] = join(work, 'identity')

if (!(await lab.insideLab())) {
  install()
  await lab.up({ hosts: lab.standardHosts(1) })
  process.exit(await lab.enterLab([process.execPath, ...process.argv.slice(1)]))
}
try {
  rmSync('bench/inventory.secrets.age', { force: true })
  orchestrate('secrets', 'init', inventory)
  orchestrate('apply', inventory, '--yes')
  await giveHostPyMySql()
  prepareAnsible()
  const own = '`orchestrate drift`'
  const rows = [
    ['floor: ssh2 connect, the same probe, close (own process)', measure(await floor())],
    [own, measure([process.execPath, 'bin/orchestrate.js', 'drift', inventory])],
    ['Ansible `--check`, pipelining', measure(ansible(true))],
    ['Ansible `--check`, no pipelining (its default)', measure(ansible(false))],
  ] as const
  printTable('what', own, rows, 2)
} finally {
  rmSync(work, { recursive: true, force: true })
}

async function floor(): Promise<string[]> {
  const [host] = (await evaluateInventory(inventory, processIo())).hosts
  if (!host) throw new Error('the inventory has no host')
  const script = join(work, 'probe.sh')
  writeFileSync(script, probeScript(host.declaration, 'floor', { contents: false }).toString(), { mode: 0o600 })
  return [process.execPath, 'bench/floor.ts', lab.standardHost(1).ip, lab.identityPath, script]
}

function install(): void {
  const packages = ['ansible', 'openssh-client', 'python3-pymysql']
  if (spawnSync('dpkg', ['--status', ...packages]).status === 0) return
  execFileSync('apt-get', ['-q', '-y', '--no-install-recommends', 'install', ...packages], { stdio: 'inherit' })
}

/** Ansible's MySQL modules want it on the host, where EL9 has a package; the lab's host gets this machine's files. */
async function giveHostPyMySql(): Promise<void> {
  const archive = execFileSync('tar', ['-cC', '/', 'usr/lib/python3/dist-packages/pymysql'], { maxBuffer: 1 << 26 })
  const { code, stderr } = await lab.exec('mx1', 'base64 -d | tar -xC /', { input: archive.toString('base64') })
  if (code !== 0) throw new Error(`PyMySQL could not be put on the host: ${stderr}`)
}

function prepareAnsible(): void {
  const get = (name: string) =>
    execFileSync(process.execPath, ['bin/orchestrate.js', 'secrets', 'get', inventory, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trimEnd()
  const cnf = execFileSync(
    process.execPath,
    ['bin/orchestrate.js', 'lab', 'ssh', 'mx1', '--', 'cat /etc/my.cnf.d/zz-orchestrate.cnf'],
    { encoding: 'utf8' },
  )
  const vars = { database_password: get('sample/database'), note: get('sample/note'), server_cnf: cnf }
  writeFileSync(join(work, 'secrets.yml'), JSON.stringify(vars), { mode: 0o600 })
  writeFileSync(
    join(work, 'playbook.yml'),
    readFileSync('bench/ansible/playbook.yml', 'utf8').replace('[secrets.yml]', `[${join(work, 'secrets.yml')}]`),
  )
  writeFileSync(join(work, 'hosts'), 'mx1 ansible_user=root ansible_python_interpreter=/usr/bin/python3\n')
}

function ansible(pipelining: boolean): string[] {
  writeFileSync(
    join(work, `ansible-${pipelining}.cfg`),
    `[defaults]\nhost_key_checking = True\n[ssh_connection]\npipelining = ${pipelining ? 'True' : 'False'}\nssh_args = -F ${lab.sshConfigPath} -o ControlMaster=auto -o ControlPersist=60s\ncontrol_path_dir = ${work}/cp\n`,
  )
  return [
    'env',
    `ANSIBLE_CONFIG=${join(work, `ansible-${pipelining}.cfg`)}`,
    'ansible-playbook',
    '--check',
    '-i',
    join(work, 'hosts'),
    join(work, 'playbook.yml'),
  ]
}

/** Seconds of each round; the command must succeed and change nothing. */
function measure([program = '', ...args]: readonly string[]): number[] {
  return Array.from({ length: rounds }, () => {
    const started = process.hrtime.bigint()
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    if (status !== 0 || /changed=[1-9]/.test(stdout))
      throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
    return seconds
  })
}

function orchestrate(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, ['bin/orchestrate.js', ...args], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`orchestrate ${args.join(' ')} ended with ${status}`)
}
