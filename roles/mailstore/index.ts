import {
  command,
  databaseGrant,
  defineRole,
  directory,
  group,
  hasForm,
  pkg,
  type Resource,
  seContext,
  sh,
  user,
} from '#orchestrate'
import { accountSchemas, databases, type MailStore, mailStores, testMailboxes } from '../slots.ts'
import { checkDeclaration, checkHomes } from './declaration.ts'
import { nameSchemes, storedPassword } from './passwords.ts'
import { accountRows } from './rows.ts'
import { type Vars, vars } from './vars.ts'

const database = 'postfix'
const account = 'mailuser'
const usualRoot = '/home/mailuser'

/** The tables that Postfix and Dovecot read. */
const readers = {
  postfix_ro: ['alias', 'alias_domain', 'domain', 'mailbox'],
  dovecot_ro: ['mailbox'],
}

export default defineRole({
  name: 'mailstore',
  description: 'The account that owns all mail, its directory, and the declared domains, mailboxes and aliases.',
  vars,
  collects: [accountSchemas],

  secrets: ({ vars: { accounts } }) => [
    { name: 'db/postfix_ro', description: 'Password of the database account that Postfix uses for lookups.' },
    { name: 'db/dovecot_ro', description: 'Password of the database account that Dovecot uses for lookups.' },
    { name: 'mail/salts', description: 'Secret that the salts of mailbox passwords are derived from.' },
    ...accounts.mailboxes.map(({ address, password }) => ({
      name: password.secret,
      description: `Password of mailbox ${address}, in clear text or as a {SCHEME}hash.`,
      length: 20,
    })),
  ],

  provides: ({ vars: { mail, accounts, store }, secret }) => [
    mailStores(storeOf(store)),
    ...accounts.mailboxes
      .filter(({ address }) => address === mail.postmaster)
      .map(({ address, password: { secret: name } }) => {
        const password = secret(name)
        return testMailboxes({ address, password, hashed: hasForm(password, /^\{[A-Z0-9-]+\}/) })
      }),
    databases({
      name: database,
      accounts: Object.keys(readers).map((name) => ({ user: name, password: secret(`db/${name}`), grants: [] })),
    }),
  ],

  *resources({ vars, secret, collect, refuse }) {
    checkDeclaration(vars, refuse)
    const made = collect(accountSchemas).map((one) => one.database)
    if (!made.includes(database)) {
      refuse(
        'playbook',
        `accounts in ${made.join(', ') || 'no database'}`,
        `a role that makes PostfixAdmin's tables in ${database}`,
      )
    }
    yield* folder(vars)
    for (const [name, tables] of Object.entries(readers)) {
      for (const table of tables)
        yield databaseGrant({ user: name, privileges: ['SELECT'], on: `${database}.${table}` })
    }
    yield nameSchemes(database)
    const salts = secret('mail/salts')
    const stored = vars.accounts.mailboxes.map(({ address, password }) => {
      return [address, storedPassword(address, secret(password.secret), salts, vars.auth)] as const
    })
    yield* accountRows(database, vars, new Map(stored))
  },

  fleet: checkHomes,
})

function storeOf(store: Vars['store']): MailStore {
  return { user: account, group: account, uid: store.uid, gid: store.gid, root: store.root, database }
}

function folder({ store }: Pick<Vars, 'store'>): Resource[] {
  // The SELinux policy of EL9 lets Dovecot store mail under /home; any other place needs a file context.
  const label = seContext({ pattern: `${store.root.replaceAll('.', '\\.')}(/.*)?`, type: 'mail_spool_t' })
  return [
    group({ name: account, gid: store.gid }),
    user({
      name: account,
      uid: store.uid,
      group: account,
      home: store.root,
      shell: '/sbin/nologin',
      createHome: false,
    }),
    // semanage is in this package.
    ...(store.root === usualRoot ? [] : [pkg({ name: 'policycoreutils-python-utils' }), label]),
    onLocalDisk(store.root),
    directory({ path: store.root, owner: account, group: account, mode: '0700' }),
  ]
}

// On NFS there is no label to set (SELinux wants use_nfs_home_dirs), and Dovecot wants other settings than ours, such as
// mmap_disable and mail_fsync (Dovecot's documentation, NFS).
function onLocalDisk(root: string): Resource {
  return command({
    name: 'mail on a local file system',
    unless: sh`case $(stat -f -c %T -- ${root} 2>/dev/null) in nfs* | cifs | smb*) exit 1 ;; esac`,
    run: sh`echo "store.root "${root}" is on a network file system, which is not supported: put it on a local one" >&2
exit 1`,
  })
}
