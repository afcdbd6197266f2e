import { file, type Resource, type Script, sh, type Text } from '#orchestrate'

/** A table below /etc/opendkim, readable by the daemon only. */
export function table(name: string, content: Text | string): Resource {
  return file({ path: `/etc/opendkim/${name}`, content, owner: 'opendkim', group: 'opendkim', mode: '0640' })
}

/**
 * Checks a staged key table with its staged settings as the daemon's own user. `opendkim -n` detects neither a missing key
 * nor one in another domain's folder, so the rows are checked as well: name, domain, selector and file of a row must agree,
 * the file must hold a private key, and no two domains may share one.
 */
export function tablesCheck(config: Text, keyTable: string): Script {
  return sh`printf '%s' ${config} | sed "s#:/etc/opendkim/#:$tree/#" >"$tree/check.conf"
chmod 0644 "$tree/check.conf"
runuser -u opendkim -- /usr/sbin/opendkim -n -x "$tree/check.conf"
: >"$tree/check.keys"
grep -v '^#' "$tree"/${keyTable} | while read -r name row; do
  domain=\${row%%:*} rest=\${row#*:}
  selector=\${rest%%:*} key=\${rest#*:}
  [ "$name" = "$selector._domainkey.$domain" ] || echo "$name does not sign for $domain" >&2
  [ "$key" = "/etc/opendkim/keys/$domain/$selector.private" ] || echo "$key is not a key of $domain" >&2
  runuser -u opendkim -- openssl pkey -in "$key" -pubout -outform DER | sha256sum >>"$tree/check.keys"
done
[ -z "$(sort "$tree/check.keys" | uniq -d)" ] || echo "two domains share one DKIM key" >&2`
}
