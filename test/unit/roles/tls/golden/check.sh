if file=$(readlink -e /etc/letsencrypt/live/mail.red.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mail.red.example/privkey.pem /etc/letsencrypt/live/mail.red.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo mail.red.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/mail.red.example/privkey.pem /etc/letsencrypt/live/mail.red.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/mail.red.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/mail.red.example/privkey.pem
:
pairs /etc/letsencrypt/live/mail.red.example/privkey.pem /etc/letsencrypt/live/mail.red.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/mail.red.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/mail.red.example/fullchain.pem
covers /etc/letsencrypt/live/mail.red.example/fullchain.pem mail.red.example || wrong "the certificate in "/etc/letsencrypt/live/mail.red.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/mail.red.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/mail.red.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/mail.red.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/mail.red.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mail.red.example/privkey.pem /etc/letsencrypt/live/mail.red.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi