umask 077
mkdir -p /etc/pki/orchestrate-lab/live
chmod 755 /etc/pki/orchestrate-lab /etc/pki/orchestrate-lab/live
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
printf '%s
' '[req]' 'distinguished_name=dn' '[dn]' '[ca]' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' >ca.cnf
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config ca.cnf'
authority || {
  openssl req -x509 $key -extensions ca -days 3650 -subj "/CN=throw-away CA of $(uname -n | cut -c1-40)" -keyout ca.key.new -out ca.pem.new
  chmod 644 ca.pem.new
  mv -f ca.key.new ca.key
  mv -f ca.pem.new ca.pem
}
for old in live/*; do
  case " "'sv1.blue.example mail.blue.example mail.red.example'" " in *" ${old#live/} "*) ;; *) rm -rf -- "$old" ;; esac
done
for name in sv1.blue.example mail.blue.example mail.red.example; do
  if ! leaf "$name"; then
    mkdir -p "live/$name"
    new="live/$name/new"
    openssl req $key -subj "/CN=$(printf %s "$name" | cut -c1-64)" -keyout "$new.key" -out "$new.csr"
    printf '%s
' "subjectAltName=DNS:$name" 'basicConstraints=critical,CA:FALSE' 'extendedKeyUsage=serverAuth' >"$new.ext"
    openssl x509 -req -in "$new.csr" -CA ca.pem -CAkey ca.key -set_serial "0x$(openssl rand -hex 12)" -days 90 -extfile "$new.ext" -out "$new.pem"
    mv -f "$new.key" "live/$name/privkey.pem"
    mv -f "$new.pem" "live/$name/fullchain.pem"
    rm -f "$new.csr" "$new.ext"
  fi
  chmod 755 "live/$name"
  chmod 644 "live/$name/fullchain.pem"
done
chmod 600 ca.key live/*/privkey.pem
chown root:root ca.key live/*/privkey.pem