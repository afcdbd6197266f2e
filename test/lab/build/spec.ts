import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Rpm, User } from './table.ts'

/** An RPM of the table with what is known once its tree is staged. */
export interface StagedRpm {
  readonly rpm: Rpm
  readonly version: string
  readonly root: string
}

/** Folders that belong to the filesystem package or to everybody. */
const SHARED = new Set(
  `/ /etc /etc/cron.d /etc/logrotate.d /etc/pam.d /etc/pki /etc/sysconfig /etc/systemd /etc/systemd/system /run /usr
  /usr/bin /usr/lib /usr/lib/python3 /usr/lib/python3/dist-packages /usr/lib/systemd /usr/lib/systemd/system
  /usr/lib/tmpfiles.d /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/libexec /usr/sbin /usr/share /usr/share/dbus-1
  /usr/share/doc /usr/share/man /usr/share/polkit-1 /var /var/lib /var/log /var/spool /etc/yum.repos.d /etc/default
  /usr/share/perl5`.split(/\s+/),
)

/** The spec file for a list of RPMs; the first is the main package. */
export async function specOf(staged: readonly StagedRpm[], release: string): Promise<string> {
  const sections = ['%global debug_package %{nil}', '%global __os_install_post %{nil}', '%global _build_id_links none']
  sections.push('%global _binary_payload w2.zstdio', 'AutoReqProv: no')
  for (const [index, one] of staged.entries()) sections.push(...header(one, release, index === 0))
  sections.push('%install', 'mkdir -p %{buildroot}', ...staged.map(({ root }) => `cp -a ${root}/. %{buildroot}/`))
  for (const [index, one] of staged.entries()) {
    const option = index === 0 ? '' : ` -n ${one.rpm.name}`
    sections.push(
      ...(await scriptlets(one, option)),
      `%files${option}`,
      '%defattr(-,root,root,-)',
      ...(await files(one)),
    )
  }
  return `${sections.join('\n')}\n`
}

function header({ rpm, version }: StagedRpm, release: string, main: boolean): string[] {
  const evr = `${rpm.epoch === undefined ? '' : `${rpm.epoch}:`}${version}`
  const relations = (tag: string, values: readonly string[] = []) =>
    values.map((value) => `${tag}: ${value.replace('{evr}', evr)}`)
  return [
    ...(main ? [`Name: ${rpm.name}`, 'License: see the sources'] : [`%package -n ${rpm.name}`, 'AutoReqProv: no']),
    `Summary: ${rpm.summary ?? rpm.name}`,
    `Version: ${version}`,
    `Release: ${rpm.release ?? release}`,
    ...(rpm.epoch === undefined ? [] : [`Epoch: ${rpm.epoch}`]),
    ...relations('Requires', rpm.requires),
    ...relations('Recommends', rpm.recommends),
    ...relations('Provides', rpm.provides),
    `%description${main ? '' : ` -n ${rpm.name}`}`,
    'Repackaged from Debian for a test host; not a package of AlmaLinux.',
  ]
}

/** What EL's own macros would expand to: users before, tmpfiles and presets after, units stopped on removal. */
async function scriptlets({ rpm, root }: StagedRpm, option: string): Promise<string[]> {
  const units = await installable(join(root, 'usr/lib/systemd/system'))
  const tmpfiles = await list(join(root, 'usr/lib/tmpfiles.d'))
  const reload = 'if [ -d /run/systemd/system ]; then systemctl daemon-reload >/dev/null 2>&1; fi'
  const fresh = (command: string) => `if [ $1 -eq 1 ]; then ${command} >/dev/null 2>&1; fi`
  const last = (command: string) => `if [ $1 -eq 0 ]; then ${command} >/dev/null 2>&1; fi`
  const scripts = {
    pre: [
      ...Object.entries(rpm.groups ?? {}).map(([name, id]) => addGroup(name, id)),
      ...(rpm.users ?? []).map(addUser),
    ],
    post: [
      ...(rpm.post ? [rpm.post] : []),
      ...tmpfiles.map((name) => `systemd-tmpfiles --create ${name} >/dev/null 2>&1`),
      ...(units.length > 0 ? [reload] : []),
      ...units.map((unit) => fresh(`systemctl --no-reload preset ${unit}`)),
    ],
    preun: units.map((unit) => last(`systemctl --no-reload disable --now ${unit}`)),
    postun: units.length > 0 ? [reload] : [],
  }
  return Object.entries(scripts).flatMap(([name, lines]) =>
    lines.length === 0 ? [] : [`%${name}${option}`, ...lines, 'exit 0'],
  )
}

const addGroup = (name: string, id: number | undefined): string =>
  `getent group ${name} >/dev/null || groupadd -r ${id === undefined ? '' : `-g ${id} `}${name}`

function addUser({ name, id, home, groups }: User): string {
  const options = `${id === undefined ? '' : `-u ${id} `}-g ${name} ${groups ? `-G ${groups} ` : ''}`
  const add = `useradd -r -M ${options}-d ${home} -s /sbin/nologin ${name}`
  return `${addGroup(name, id)}\ngetent passwd ${name} >/dev/null || ${add}`
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Units that can be enabled, and so get a preset. */
async function installable(folder: string): Promise<string[]> {
  const names = (await list(folder)).filter((name) => /\.(service|socket|timer)$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return names.filter((_, index) => texts[index]?.includes('[Install]'))
}

async function files({ rpm, root }: StagedRpm): Promise<string[]> {
  const owned = { ...rpm.dirs, ...rpm.modes }
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = `/${relative(root, join(entry.parentPath, entry.name))}`
    const attributes = owned[path] ? `%attr(${owned[path].split(' ').join(', ')}) ` : ''
    if (entry.isDirectory()) return SHARED.has(path) && !attributes ? [] : [`%dir ${attributes}"${path}"`]
    const config = path.startsWith('/etc/') && entry.isFile() && basename(path) !== 'almalinux-release'
    return [`${config ? '%config(noreplace) ' : ''}${attributes}"${path}"`]
  })
}
