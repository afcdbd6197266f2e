=== command:check certificate of sv1.blue.example
if file=$(readlink -e /etc/pki/mail/combined.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/pki/mail/combined.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo sv1.blue.example": $1" >&2; exit 1; }
for file in /etc/pki/mail/combined.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/pki/mail/combined.pem >/dev/null || wrong "no usable private key in "/etc/pki/mail/combined.pem
grep -m1 -- '^-----BEGIN ' /etc/pki/mail/combined.pem | grep -q 'PRIVATE KEY' || wrong "the private key must come first in "/etc/pki/mail/combined.pem
pairs /etc/pki/mail/combined.pem /etc/pki/mail/combined.pem || wrong "the key "/etc/pki/mail/combined.pem" does not belong to the first certificate of "/etc/pki/mail/combined.pem
covers /etc/pki/mail/combined.pem sv1.blue.example || wrong "the certificate in "/etc/pki/mail/combined.pem" is not for this name"
fresh /etc/pki/mail/combined.pem 0 || wrong "the certificate in "/etc/pki/mail/combined.pem" has expired"
[ -z "$(find -L /etc/pki/mail/combined.pem -perm /027)" ] || wrong "others may read or change "/etc/pki/mail/combined.pem
if selinuxenabled 2>/dev/null; then for file in /etc/pki/mail/combined.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of mail.red.example
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

=== command:check certificate of mta-sts.blue.example
if file=$(readlink -e /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo mta-sts.blue.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/mta-sts.blue.example/privkey.pem
:
pairs /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/mta-sts.blue.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem
covers /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem mta-sts.blue.example || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/mta-sts.blue.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.blue.example/privkey.pem /etc/letsencrypt/live/mta-sts.blue.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of autoconfig.blue.example
if file=$(readlink -e /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo autoconfig.blue.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/autoconfig.blue.example/privkey.pem
:
pairs /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/autoconfig.blue.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem
covers /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem autoconfig.blue.example || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/autoconfig.blue.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.blue.example/privkey.pem /etc/letsencrypt/live/autoconfig.blue.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of mta-sts.red.example
if file=$(readlink -e /etc/letsencrypt/live/mta-sts.red.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.red.example/privkey.pem /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo mta-sts.red.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/mta-sts.red.example/privkey.pem /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/mta-sts.red.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/mta-sts.red.example/privkey.pem
:
pairs /etc/letsencrypt/live/mta-sts.red.example/privkey.pem /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/mta-sts.red.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/mta-sts.red.example/fullchain.pem
covers /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem mta-sts.red.example || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.red.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.red.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/mta-sts.red.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/mta-sts.red.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.red.example/privkey.pem /etc/letsencrypt/live/mta-sts.red.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of autoconfig.red.example
if file=$(readlink -e /etc/letsencrypt/live/autoconfig.red.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.red.example/privkey.pem /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo autoconfig.red.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/autoconfig.red.example/privkey.pem /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/autoconfig.red.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/autoconfig.red.example/privkey.pem
:
pairs /etc/letsencrypt/live/autoconfig.red.example/privkey.pem /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/autoconfig.red.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/autoconfig.red.example/fullchain.pem
covers /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem autoconfig.red.example || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.red.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.red.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/autoconfig.red.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/autoconfig.red.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.red.example/privkey.pem /etc/letsencrypt/live/autoconfig.red.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of mta-sts.green.example
if file=$(readlink -e /etc/letsencrypt/live/mta-sts.green.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.green.example/privkey.pem /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo mta-sts.green.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/mta-sts.green.example/privkey.pem /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/mta-sts.green.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/mta-sts.green.example/privkey.pem
:
pairs /etc/letsencrypt/live/mta-sts.green.example/privkey.pem /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/mta-sts.green.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/mta-sts.green.example/fullchain.pem
covers /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem mta-sts.green.example || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.green.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/mta-sts.green.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/mta-sts.green.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/mta-sts.green.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/mta-sts.green.example/privkey.pem /etc/letsencrypt/live/mta-sts.green.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi

=== command:check certificate of autoconfig.green.example
if file=$(readlink -e /etc/letsencrypt/live/autoconfig.green.example/privkey.pem); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.green.example/privkey.pem /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
wrong() { echo autoconfig.green.example": $1" >&2; exit 1; }
for file in /etc/letsencrypt/live/autoconfig.green.example/privkey.pem /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem; do [ -r "$file" ] || wrong "$file is missing"; done
public /etc/letsencrypt/live/autoconfig.green.example/privkey.pem >/dev/null || wrong "no usable private key in "/etc/letsencrypt/live/autoconfig.green.example/privkey.pem
:
pairs /etc/letsencrypt/live/autoconfig.green.example/privkey.pem /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem || wrong "the key "/etc/letsencrypt/live/autoconfig.green.example/privkey.pem" does not belong to the first certificate of "/etc/letsencrypt/live/autoconfig.green.example/fullchain.pem
covers /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem autoconfig.green.example || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.green.example/fullchain.pem" is not for this name"
fresh /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem 0 || wrong "the certificate in "/etc/letsencrypt/live/autoconfig.green.example/fullchain.pem" has expired"
[ -z "$(find -L /etc/letsencrypt/live/autoconfig.green.example/privkey.pem -perm /027)" ] || wrong "others may read or change "/etc/letsencrypt/live/autoconfig.green.example/privkey.pem
if selinuxenabled 2>/dev/null; then for file in /etc/letsencrypt/live/autoconfig.green.example/privkey.pem /etc/letsencrypt/live/autoconfig.green.example/fullchain.pem; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi
