import { defineRole, derive, endpoints, moduleStream, pkg, type Secret } from '#orchestrate'
import { restarts } from '../lib/restart.ts'
import { accountSchemas, databases, webSites } from '../slots.ts'
import { application, noFormerPlaces, root } from './application.ts'
import { databaseName, privileges, tables } from './database.ts'
import { noPhp, php } from './php.ts'
import { encryptSetting, superadmin } from './superadmin.ts'
import { vars } from './vars.ts'

export default defineRole({
  name: 'postfixadmin',
  description: 'PostfixAdmin: the tables of domains, mailboxes and aliases, and a web interface to them over HTTPS.',
  vars,

  secrets: ({ vars: { webadmin } }) => [
    { name: 'db/postfixadmin', description: 'Password of the database account of PostfixAdmin.' },
    ...(webadmin.enabled
      ? [{ name: 'postfixadmin/admin', description: 'Initial password of the PostfixAdmin superadmin.' }]
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
            // Without its settings PostfixAdmin answers 200 and "Please edit config.local.php".
            contains: 'name="fUsername"',
          }),
          endpoints({
            port: 443,
            name: 'https',
            purpose: 'PostfixAdmin',
            exposure: webadmin.allowFrom,
            firewalldService: 'https',
            tls: { start: 'immediate', names: 'sites' },
          }),
        ]
      : []),
  ],

  *resources({ vars: { host, mail, webadmin, auth }, secret, template, refuse }) {
    const web = webadmin.enabled ? ['php-fpm'] : []
    const packages = [
      ...['php-cli', 'php-mysqlnd', 'php-pdo', 'php-mbstring', 'php-xml', 'httpd-filesystem'],
      ...web,
    ].map((name) => pkg({ name }))
    // The default would be 8.0, which is end of life.
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
      yield* [...noPhp(), ...noFormerPlaces()]
      return
    }
    yield* superadmin({ address: webadmin.admin ?? mail.postmaster, password: secret('postfixadmin/admin'), auth })
    yield* php({
      content: template('postfixadmin/php-fpm.conf.ejs'),
      dropIn: restarts('php-fpm', template),
      packages,
      loaded,
    })
    yield* noFormerPlaces()
  },
})

/** A PHP string literal; between single quotes only `\` and `'` are special. */
function phpText(secret: Secret): Secret {
  return derive(secret.label, [secret], ([text = '']) => `'${text.replace(/[\\']/g, '\\$&')}'`)
}
