import { defineRole, derive, moduleStream, pkg, type Secret } from '#orchestrate'
import { restarts } from '../restart.ts'
import { accountSchemas, databases, openPorts, webSites } from '../slots.ts'
import { authVars } from '../vars/access.ts'
import { webadminVars } from '../vars/accounts.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { application, root } from './application.ts'
import { databaseName, privileges, tables } from './database.ts'
import { noPhp, php } from './php.ts'
import { encryptSetting, superadmin } from './superadmin.ts'

export default defineRole({
  name: 'postfixadmin',
  description: 'PostfixAdmin: the tables of domains, mailboxes and aliases, and a web interface to them over HTTPS.',
  vars: { host: hostVars, mail: mailVars, webadmin: webadminVars, auth: authVars },

  secrets: ({ vars: { webadmin } }) => [
    { name: 'db/postfixadmin', description: 'Database account of PostfixAdmin.' },
    ...(webadmin.enabled
      ? [{ name: 'postfixadmin/admin', description: 'First password of the superadmin of PostfixAdmin.' }]
      : []),
  ],

  provides: ({ vars: { host, webadmin }, secret }) => [
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
    ...(webadmin.enabled
      ? [
          webSites({
            label: 'postfixadmin',
            name: host.fqdn,
            template: 'postfixadmin/site.conf.ejs',
            locals: { root, allowFrom: webadmin.allowFrom },
            health: '/login.php',
          }),
        ]
      : []),
    ...(webadmin.enabled && webadmin.allowFrom.length > 0
      ? [openPorts({ service: 'https', from: webadmin.allowFrom })]
      : []),
  ],

  *resources({ vars: { host, mail, webadmin, auth }, secret, template, refuse }) {
    const web = webadmin.enabled ? ['php-fpm'] : []
    const packages = [
      ...['php-cli', 'php-mysqlnd', 'php-pdo', 'php-mbstring', 'php-xml', 'httpd-filesystem'],
      ...web,
    ].map((name) => pkg({ name }))
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
      yield noPhp()
      return
    }
    yield* superadmin({ address: webadmin.admin ?? mail.postmaster, password: secret('postfixadmin/admin'), auth })
    yield* php({
      content: template('postfixadmin/php-fpm.conf.ejs'),
      dropIn: restarts('php-fpm', template),
      packages,
      loaded,
    })
  },
})

/** A PHP string literal; between single quotes only `\` and `'` mean something. */
function phpText(secret: Secret): Secret {
  return derive(secret.label, [secret], ([text = '']) => `'${text.replace(/[\\']/g, '\\$&')}'`)
}
