#!/bin/bash
# The same mail server as playbooks/mail.ts makes, by a plain script without questions: packages, rendered files, SQL, keys,
# units, firewall. bench/bare.ts puts what it needs into the folder. Usage: install.sh FOLDER FQDN POSTMASTER DOMAIN...
set -euo pipefail
cd "$1"
fqdn=$2 postmaster=$3
shift 3

hostnamectl set-hostname "$fqdn"
dnf -y -q install epel-release
dnf config-manager --set-enabled crb
dnf -y -q module enable php:8.2
while read -r names; do dnf -y -q install $names; done <packages

groupadd -g 10000 mailuser
useradd -M -u 10000 -g mailuser -d /home/mailuser -s /sbin/nologin mailuser
getent group postsrsd >/dev/null || groupadd -r postsrsd
getent passwd postsrsd >/dev/null || useradd -M -r -g postsrsd -d /var/lib/postsrsd -s /sbin/nologin postsrsd
mkdir -p "$(cat root)"
tar -xzf postfixadmin.tar.gz -C "$(cat root)" --strip-components=1
tar -xpf files.tar -C /

# The throw-away CA and the host's certificate.
ca=/etc/pki/orchestrate-lab live=/etc/pki/orchestrate-lab/live/$fqdn
mkdir -p "$live"
new='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
openssl req -x509 $new -days 3650 -subj '/CN=throw-away CA' -keyout $ca/ca.key -out $ca/ca.pem 2>/dev/null
openssl req $new -subj "/CN=$fqdn" -keyout "$live/privkey.pem" -out "$live/csr" 2>/dev/null
openssl x509 -req -in "$live/csr" -CA $ca/ca.pem -CAkey $ca/ca.key -days 90 -extfile <(echo "subjectAltName=DNS:$fqdn") \
  -out "$live/fullchain.pem" 2>/dev/null
chmod 600 $ca/ca.key "$live/privkey.pem"

for domain in "$@"; do
  opendkim-genkey -b 2048 -h sha256 -D "/etc/opendkim/keys/$domain" -d "$domain" -s s1
  chown opendkim:opendkim "/etc/opendkim/keys/$domain"/s1.*
done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "/etc/openarc/keys/$1/arc.private" 2>/dev/null
chown openarc:openarc "/etc/openarc/keys/$1/arc.private"
chmod 600 "/etc/openarc/keys/$1/arc.private"

systemctl -q enable --now mariadb
mysql -e 'CREATE DATABASE postfix CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'
mysql <users.sql
(cd /usr/share/postfixadmin/public && runuser -u apache -- php upgrade.php >/dev/null)
mysql postfix <rows.sql
mysql <readers.sql

(umask 077; postmap -F /etc/postfix/tls_server_sni_maps)
echo "root: $postmaster" >>/etc/aliases
newaliases
systemctl start httpd-init
systemctl daemon-reload
for unit in $(cat units); do
  systemctl -q enable "$unit"
  systemctl restart "$unit"
done
for name in $(cat services); do firewall-cmd -q --permanent --add-service="$name"; done
firewall-cmd -q --reload
systemctl -q is-active $(cat units)
