fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }
cd /etc/pki/orchestrate-lab 2>/dev/null || cd /
week=604800
authority() { pairs ca.key ca.pem && fresh ca.pem "$week"; }
leaf() {
  pairs "live/$1/privkey.pem" "live/$1/fullchain.pem" && fresh "live/$1/fullchain.pem" "$week" &&
    covers "live/$1/fullchain.pem" "$1" && openssl verify -CAfile ca.pem "live/$1/fullchain.pem" >/dev/null 2>&1
}
loose() { find ca.key live -name '*key*' ! -type d '(' -perm /177 -o ! -user root ')' 2>/dev/null | grep .; }
authority && ! loose || exit 1
[ "$(LC_ALL=C ls live)" = 'mail.blue.example
mail.red.example
sv1.blue.example' ] || exit 1
for name in mail.blue.example mail.red.example sv1.blue.example; do leaf "$name" || exit 1; done