import { txtPresentation } from '../../../../src/kernel/dns-text.ts'
import { install, on, put } from './host.ts'

/** A mail host that our tool does not manage. */
export interface Foreign {
  readonly host: string
  readonly fqdn: string
  /** Domains whose mail lands in one Maildir, /var/mailsink/DOMAIN/, whatever the address. */
  readonly domains: readonly string[]
  /** Domain that its mail is signed for, selector `k1`. */
  readonly signs?: string
  /** Checks DMARC and adds an ARC set for this domain, selector `seal`. */
  readonly seals?: string
  /** Aliases: address to address. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Addresses that it refuses, with the reply. */
  readonly refuses?: Readonly<Record<string, string>>
}

const milters = (foreign: Foreign) =>
  [8891, ...(foreign.seals ? [8893, 8892] : [])].map((port) => `inet:127.0.0.1:${port}`)

/** Installs and configures it; gives the DNS records of its keys. */
export async function setUpForeign(foreign: Foreign): Promise<string> {
  const { host, seals } = foreign
  await install(host, [
    ...['postfix', 'postfix-pcre', 'opendkim', 'opendkim-tools', 'swaks', 'python3-dkimpy', 'bind-utils'],
    ...(seals ? ['opendmarc', 'openarc'] : []),
  ])
  await on(
    host,
    'id sink >/dev/null 2>&1 || useradd -u 5000 -M -s /sbin/nologin sink; mkdir -p /var/mailsink; chown sink: /var/mailsink',
  )
  await put(host, '/etc/postfix/main.cf', mainCf(foreign))
  await put(host, '/etc/postfix/virtual', pairs(foreign.aliases))
  // Whoever it is for, it lands in one Maildir a domain.
  const rows = foreign.domains.map((domain) => `/@${domain.replaceAll('.', '\\.')}$/ ${domain}/\n`)
  await put(host, '/etc/postfix/sink', rows.join(''))
  await on(host, 'postmap hash:/etc/postfix/virtual')
  const keys = [
    ...(foreign.signs ? [await dkimKey(foreign, foreign.signs)] : []),
    ...(seals ? [await arcKey(foreign, seals)] : []),
  ]
  await put(host, '/etc/opendkim.conf', opendkim(foreign))
  if (seals) {
    await put(host, '/etc/opendmarc.conf', opendmarc(foreign))
    await put(host, '/etc/openarc.conf', openarc(foreign, seals))
  }
  const units = ['opendkim', ...(seals ? ['opendmarc', 'openarc'] : []), 'postfix'].join(' ')
  await on(host, `systemctl enable -q ${units}; systemctl restart ${units}`)
  return keys.join('\n')
}

async function dkimKey({ host }: Foreign, domain: string): Promise<string> {
  const path = `/etc/opendkim/keys/${domain}.private`
  await put(host, '/etc/opendkim/KeyTable', `k1._domainkey.${domain} ${domain}:k1:${path}\n`)
  await put(host, '/etc/opendkim/SigningTable', `*@${domain} k1._domainkey.${domain}\n`)
  return keyRecord(host, path, `k1._domainkey.${domain}`, 'opendkim')
}

async function arcKey({ host }: Foreign, domain: string): Promise<string> {
  return keyRecord(host, `/etc/openarc/keys/${domain}.private`, `seal._domainkey.${domain}`, 'openarc')
}

async function keyRecord(host: string, path: string, name: string, owner: string): Promise<string> {
  await on(
    host,
    `mkdir -p $(dirname ${path})
    test -s ${path} || openssl genrsa -out ${path} 2048 2>/dev/null
    chown ${owner}: ${path}; chmod 600 ${path}`,
  )
  const base64 = await on(host, `openssl pkey -in ${path} -pubout -outform DER | base64 -w 0`)
  return `${name}. IN TXT ${txtPresentation(`v=DKIM1; k=rsa; p=${base64}`)}`
}

function mainCf(foreign: Foreign): string {
  const { fqdn, domains, refuses = {} } = foreign
  const refusals = Object.entries(refuses).map(([address, reply]) => `{ ${address} = ${reply} }`)
  const checks = refusals.length > 0 ? `check_recipient_access inline:{ ${refusals.join(', ')} }, ` : ''
  return `compatibility_level = 2
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/libexec/postfix
data_directory = /var/lib/postfix
mail_owner = postfix
setgid_group = postdrop
shlib_directory = /usr/lib64/postfix
meta_directory = /etc/postfix
sendmail_path = /usr/sbin/sendmail.postfix
newaliases_path = /usr/bin/newaliases.postfix
mailq_path = /usr/bin/mailq.postfix
myhostname = ${fqdn}
mydestination = localhost
inet_interfaces = all
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = ${domains.join(', ')}
virtual_mailbox_base = /var/mailsink
virtual_mailbox_maps = pcre:/etc/postfix/sink
virtual_alias_maps = hash:/etc/postfix/virtual
virtual_uid_maps = static:5000
virtual_gid_maps = static:5000
smtpd_recipient_restrictions = ${checks}permit_mynetworks, reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/pki/tls/certs/postfix.pem
smtpd_tls_key_file = /etc/pki/tls/private/postfix.key
smtpd_tls_received_header = yes
smtp_tls_security_level = may
smtp_tls_loglevel = 1
milter_default_action = tempfail
smtpd_milters = ${milters(foreign).join(', ')}
non_smtpd_milters = inet:127.0.0.1:8891
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 5s
`
}

function opendkim({ fqdn, signs }: Foreign): string {
  const tables = signs ? 'KeyTable file:/etc/opendkim/KeyTable\nSigningTable refile:/etc/opendkim/SigningTable\n' : ''
  return `PidFile /run/opendkim/opendkim.pid
Mode ${signs ? 'sv' : 'v'}
Syslog yes
UserID opendkim:opendkim
Socket inet:8891@127.0.0.1
Canonicalization relaxed/relaxed
AuthservID ${fqdn}
AlwaysAddARHeader yes
InternalHosts 127.0.0.1
OversignHeaders From
${tables}`
}

function opendmarc({ fqdn }: Foreign): string {
  return `AuthservID ${fqdn}
TrustedAuthservIDs ${fqdn}
Socket inet:8893@127.0.0.1
SPFIgnoreResults true
SPFSelfValidate true
RejectFailures false
Syslog true
UserID opendmarc:opendmarc
`
}

function openarc({ fqdn }: Foreign, domain: string): string {
  return `Socket inet:8892@127.0.0.1
AuthservID ${fqdn}
Mode sv
Domain ${domain}
Selector seal
KeyFile /etc/openarc/keys/${domain}.private
SignHeaders to,subject,message-id,date,from,mime-version,dkim-signature
PeerList /etc/openarc/PeerList
Syslog yes
UserID openarc:openarc
`
}

function pairs(entries: Readonly<Record<string, string>> = {}): string {
  return Object.entries(entries)
    .map(([from, to]) => `${from} ${to}\n`)
    .join('')
}
