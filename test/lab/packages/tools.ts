import type { Rpm, RpmGroup } from '../build/table.ts'

/** A Debian package whose programs are all that matters. */
const programs = (name: string, deb: string, repo: 'baseos' | 'appstream' | 'epel', pattern = 'usr/bin/*'): Rpm => ({
  name,
  version: { of: deb },
  repo,
  take: { [deb]: { [pattern]: `/${pattern.slice(0, pattern.lastIndexOf('/') + 1)}` } },
})

const bindUtils: Rpm = {
  name: 'bind-utils',
  version: { of: 'bind9-dnsutils' },
  epoch: 32,
  take: { 'bind9-dnsutils': { 'usr/bin/*': '/usr/bin/' }, 'bind9-host': { 'usr/bin/host': '/usr/bin/' } },
}

const vim: Rpm = {
  name: 'vim-minimal',
  version: { of: 'vim-tiny' },
  epoch: 2,
  repo: 'baseos',
  take: { 'vim-tiny': { 'usr/bin/vim.tiny': '/usr/bin/vi' } },
}

const publicSuffix: Rpm = {
  name: 'publicsuffix-list',
  version: { of: 'publicsuffix' },
  noarch: true,
  take: { publicsuffix: { 'usr/share/publicsuffix/*.dat': '/usr/share/publicsuffix/' } },
}

const SELINUX = '{load_policy,restorecon,restorecon_xattr,setfiles,fixfiles,semodule,setsebool,sestatus}'
const selinux: readonly Rpm[] = [
  {
    name: 'policycoreutils',
    version: { of: 'policycoreutils' },
    repo: 'baseos',
    take: { policycoreutils: { [`usr/sbin/${SELINUX}`]: '/usr/sbin/', 'usr/bin/*': '/usr/bin/' } },
  },
  /** Its semanage says what the real one says where SELinux is off. */
  { name: 'policycoreutils-python-utils', version: { of: 'policycoreutils' }, noarch: true },
]

const pymysql: Rpm = {
  name: 'python3-PyMySQL',
  version: { of: 'python3-pymysql' },
  noarch: true,
  take: { 'python3-pymysql': { 'usr/lib/python3/dist-packages/pymysql': '/usr/lib/python3/dist-packages/pymysql' } },
}

/** The same package in two versions, for tests of upgrades and of `latest`. */
const probe = (version: string): RpmGroup => ({
  rpms: [{ name: 'lab-probe', version, noarch: true, summary: 'A service for tests' }],
})

export const toolGroups: readonly RpmGroup[] = [
  {
    rpms: [
      ...[bindUtils, vim, publicSuffix, pymysql, ...selinux],
      programs('wget', 'wget', 'appstream'),
      programs('unzip', 'unzip', 'baseos'),
      programs('nano', 'nano', 'baseos'),
      { ...programs('swaks', 'swaks', 'epel'), noarch: true },
    ],
  },
  probe('1.0'),
  probe('2.0'),
]
