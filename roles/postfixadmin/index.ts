import { defineRole, derive, moduleStream, pkg, type Secret } from '#orchestrate'
import { accountSchemas, certificates, databases, openPorts } from '../slots.ts'
import { authVars, tlsVars } from '../vars/access.ts'
import { webadminVars } from '../vars/accounts.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { application } from './application.ts'
import { databaseName, privileges, tables } from './database.ts'
import { encryptSetting, superadmin } from './superadmin.ts'
import { noWeb, web } from './web.ts'

export default defineRole({
  name: 'postfixadmin',
  description: 'PostfixAdmin: the tables of domains, mailboxes and aliases, and a web interface to them over HTTPS.',
  vars: { host: hostVars, mail: mailVars, webadmin: webadminVars, auth: authVars, tls: tlsVars },
  collects: [certificates],

  secrets: ({ vars: { webadmin } }) => [
    { name: 'db/postfixadmin', description: 'Database account of PostfixAdmin.' },
    ...(webadmin.enabled
      ? [{ name: 'postfixadmin/admin', description: 'First password of the superadmin of PostfixAdmin.' }]
      : []),
  ],

  provides: ({ vars: { webadmin }, secret }) => [
    databases({
      name: databaseName,
      accounts: [
        {
          user: 'postfixadmin',
          password: secret('db/postfixadmin'),
          grants: [{ on: `${databaseName}.*`, privileges }],
        },
      ],
    }),
    accountSchemas({ database: databaseName }),
    ...(webadmin.enabled && webadmin.allowFrom.length > 0
      ? [openPorts({ service: 'https', from: webadmin.allowFrom })]
      : []),
  ],

  *resources({ vars: { host, mail, webadmin, auth, tls }, secret, collect, template, refuse }) {
    const packages = ['php-cli', 'php-mysqlnd', 'php-pdo', 'php-mbstring', 'php-xml', 'httpd-filesystem'].map((name) =>
      pkg({ name }),
    )
    // Its own default would be 8.0, which has reached its end.
    yield* [moduleStream({ name: 'php', stream: '8.2' }), ...packages]

    const config = template('postfixadmin/config.local.php.ejs', {
      database: databaseName,
      password: phpText(secret('db/postfixadmin')),
      encrypt: encryptSetting(auth),
      postmaster: mail.postmaster,
      fqdn: host.fqdn,
      resolveDomains: webadmin.resolveDomains,
    })
    const { resources, loaded } = application({ webadmin, config, refuse })
    yield* resources
    yield tables()
    if (!webadmin.enabled) {
      yield noWeb()
      return
    }
    yield* superadmin({ address: webadmin.admin ?? mail.postmaster, password: secret('postfixadmin/admin'), auth })
    const shown = collect(certificates)
    const certificate = shown.find(({ name }) => name === host.fqdn) ?? shown.find(({ isDefault }) => isDefault)
    if (!certificate)
      refuse('webadmin.enabled', 'true without a certificate', 'false, or a role that provides certificates')
    else {
      const { allowFrom } = webadmin
      yield* web({ fqdn: host.fqdn, certificate, allowFrom, minVersion: tls.minVersion, packages, loaded, template })
    }
  },
})

/** A PHP string literal; between single quotes only `\` and `'` mean something. */
function phpText(secret: Secret): Secret {
  return derive(secret.label, [secret], ([text = '']) => `'${text.replace(/[\\']/g, '\\$&')}'`)
}
