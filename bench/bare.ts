// `npm run bench:bare`: from a bare host to a verified mail server, beside a plain shell script with the same final steps.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { evaluateInventory } from '../src/cli/evaluated.ts'
import { processIo } from '../src/cli/io.ts'
import * as lab from '../test/lab/index.ts'
import { printTable } from './table.ts'

const inventory = 'test/e2e/fixtures/mailhost.ts'
const host = process.env['BENCH_HOST'] ?? 'mx1'
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const work = mkdtempSync(join(tmpdir(), 'orchestrate-bare-'))
const folder = join(work, 'install')
process.env['ORCHESTRATE_IDENTITY'] = join(work, 'identity')
process.env['TEST_HOST'] = host

if (!(await lab.insideLab())) {
  await lab.up({ hosts: [lab.standardHost(Number(host.replace(/\D/g, '')))] })
  process.exit(await lab.enterLab([process.execPath, ...process.argv.slice(1)]))
}
try {
  rmSync(inventory.replace(/ts$/, 'secrets.age'), { force: true })
  run(process.execPath, ['bin/orchestrate.js', 'secrets', 'init', inventory])
  const ours: number[] = []
  const plain: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await lab.recreate(host)
    ours.push(timed(() => run(process.execPath, ['bin/orchestrate.js', 'apply', inventory, '--yes'])))
    if (round === 0) await gather()
    await lab.recreate(host)
    plain.push(timed(install))
  }
  // What the script leaves out would make it look fast.
  run(process.execPath, ['bin/orchestrate.js', 'drift', inventory], [0, 2])
  const script = 'plain shell script'
  printTable(
    'from bare to a mail server',
    script,
    [
      [script, plain],
      ['`orchestrate apply`', ours],
    ],
    1,
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** Takes what the script writes from the host that apply has just made, so that both end in the same files and rows. */
async function gather(): Promise<void> {
  const declared = (await evaluateInventory(inventory, processIo())).hosts[0]?.declaration
  if (!declared) throw new Error('the inventory has no host')
  const of = (kind: string, field: string) =>
    declared.roles.map(({ resources }) =>
      resources.filter((one) => one.kind.name === kind).map(({ want }) => String(Reflect.get(want as object, field))),
    )
  const paths = ['file', 'directory', 'link'].flatMap((kind) => of(kind, 'path').flat())
  mkdirSync(folder)
  const put = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  put(
    'packages',
    of('package', 'name')
      .filter((names) => names.length > 0)
      .map((names) => names.join(' ')),
  )
  put('units', [...new Set(of('service', 'unit').flat())])
  put('services', ['smtp', 'smtp-submission', 'smtps', 'imaps', 'pop3s'])
  put('root', of('archive', 'path').flat())
  copyFileSync((await lab.postfixadminTarball()).path, join(folder, 'postfixadmin.tar.gz'))
  copyFileSync('bench/bare/install.sh', join(folder, 'install.sh'))
  const fetch = async (name: string, command: string) => {
    const { code, stdout, stderr } = await lab.exec(host, `${command} | base64 -w0`)
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`)
    writeFileSync(join(folder, name), Buffer.from(stdout, 'base64'))
  }
  await fetch('files.tar', `tar -C / -cp --no-recursion ${paths.map((path) => path.slice(1)).join(' ')}`)
  await fetch('users.sql', `mysqldump --system=users | grep 'postfixadmin\`@'`)
  await fetch('readers.sql', `mysqldump --system=users | grep '_ro\`@'`)
  await fetch('rows.sql', 'mysqldump --no-create-info --replace postfix domain alias mailbox admin domain_admins')
}

/** Copies the folder over and runs the script, each by one ssh. */
function install(): void {
  const ssh = ['-F', lab.sshConfigPath, host]
  const packed = execFileSync('tar', ['-C', folder, '-cz', '.'], { maxBuffer: 1 << 26 })
  execFileSync('ssh', [...ssh, 'tar -xz --one-top-level=/root/install'], { input: packed })
  const args = [`${host}.blue.example`, 'admin@blue.example', 'blue.example', 'red.example'].join(' ')
  run('ssh', [...ssh, `bash /root/install/install.sh /root/install ${args}`])
}

function run(program: string, args: readonly string[], allowed: readonly number[] = [0]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (!allowed.includes(status ?? -1)) {
    throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`)
  }
  if (allowed.length > 1) process.stderr.write(stdout)
}

function timed(work: () => void): number {
  const started = process.hrtime.bigint()
  work()
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  process.stderr.write(`${seconds.toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}\n`)
  return seconds
}
