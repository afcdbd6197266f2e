import { definePlaybook } from '#orchestrate'
import base from '../roles/base/index.ts'
import discovery from '../roles/discovery/index.ts'
import dovecot from '../roles/dovecot/index.ts'
import fail2ban from '../roles/fail2ban/index.ts'
import firewall from '../roles/firewall/index.ts'
import httpd from '../roles/httpd/index.ts'
import mailstore from '../roles/mailstore/index.ts'
import mariadb from '../roles/mariadb/index.ts'
import openarc from '../roles/openarc/index.ts'
import dkim from '../roles/opendkim/command.ts'
import opendkim from '../roles/opendkim/index.ts'
import opendmarc from '../roles/opendmarc/index.ts'
import postfix from '../roles/postfix/index.ts'
import postfixadmin from '../roles/postfixadmin/index.ts'
import postsrsd from '../roles/postsrsd/index.ts'
import tls from '../roles/tls/index.ts'

/** A complete mail server on every host of group `mail`; slots put the roles in order. */
export default definePlaybook({
  name: 'mail',
  commands: [dkim],
  plays: [
    {
      on: 'mail',
      roles: [
        base,
        mariadb,
        tls,
        postfixadmin,
        discovery,
        httpd,
        mailstore,
        dovecot,
        opendkim,
        openarc,
        opendmarc,
        postsrsd,
        postfix,
        fail2ban,
        firewall,
      ],
    },
  ],
})
