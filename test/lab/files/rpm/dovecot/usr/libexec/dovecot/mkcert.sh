#!/bin/sh
key=/etc/pki/dovecot/private/dovecot.pem
cert=/etc/pki/dovecot/certs/dovecot.pem
[ -f "$key" ] && exit 0
umask 077
openssl req -new -x509 -nodes -newkey rsa:3072 -days 365 -subj '/OU=IMAP server/CN=imap.example.com' \
  -keyout "$key" -out "$cert" >/dev/null 2>&1
