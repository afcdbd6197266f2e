import { checkCertificates, command, permissions, type Resource, type Script, sh } from '#orchestrate'
import type { Certificate } from '../slots.ts'
import { labRoot } from './certificates.ts'

const week = 7 * 24 * 60 * 60
const authority = { name: '', key: `${labRoot}/ca.key`, chain: `${labRoot}/ca.pem` }

/** Nobody but root reads the keys of the throw-away CA. */
export function labKeys(certificates: readonly Certificate[]): Resource[] {
  return [authority, ...certificates].map(({ key }) => permissions({ path: key, mode: '0600' }))
}

/** The throw-away CA and its certificates, created again whenever one of them is invalid. */
export function labCertificates(certificates: readonly Certificate[]): Resource {
  return command({
    name: 'make lab certificates',
    unless: labIsFit(certificates),
    run: makeLab(certificates),
    secretFiles: [`${labRoot}/ca.key`, ...certificates.map(({ key }) => key)],
  })
}

/** Whether the CA and exactly these certificates exist, match and are valid for another week. */
function labIsFit(certificates: readonly Certificate[]): Script {
  const names = certificates.map(({ name }) => name).sort()
  return sh`cd ${`${labRoot}/live`} || exit 1
[ "$(${checkCertificates([authority, ...certificates], week)})" = checked ] || exit 1
LC_ALL=C
set -- *
[ "$*" = ${names.join(' ')} ] || exit 1
openssl verify -CAfile ${authority.chain} ${certificates.map(({ chain }) => chain)}`
}

/** Creates what is missing or about to expire of the CA and its certificates, and removes names that are no longer declared. */
function makeLab(certificates: readonly Certificate[]): Script {
  const names = certificates.map(({ name }) => name)
  return sh`umask 077
mkdir -p ${`${labRoot}/live`}
chmod 755 ${labRoot} ${`${labRoot}/live`}
cd ${labRoot}
for key in ca.key live/*/privkey.pem; do
  if [ -f "$key" ]; then chown root:root "$key"; chmod 600 "$key"; fi
done
printf '%s\n' '[req]' 'distinguished_name=dn' '[dn]' '[ca]' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' >ca.cnf
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config ca.cnf'
[ "$(${checkCertificates([authority], week)})" = checked ] || {
  openssl req -x509 $key -extensions ca -days 3650 -subj "/CN=throw-away CA of $(uname -n | cut -c1-40)" -keyout ca.key.new -out ca.pem.new
  chmod 644 ca.pem.new
  mv -f ca.key.new ca.key
  mv -f ca.pem.new ca.pem
}
for old in live/*; do
  case " "${names.join(' ')}" " in *" \${old#live/} "*) ;; *) rm -rf -- "$old" ;; esac
done
wrong=$(${checkCertificates(certificates, week)})
for name in ${names}; do
  fit=yes
  case "$wrong" in *"wrong $name: "*) fit=no ;; esac
  if [ "$fit" = no ] || ! openssl verify -CAfile ca.pem "live/$name/fullchain.pem" >/dev/null 2>&1; then
    mkdir -p "live/$name"
    new="live/$name/new"
    openssl req $key -subj "/CN=$(printf %s "$name" | cut -c1-64)" -keyout "$new.key" -out "$new.csr"
    printf '%s\n' "subjectAltName=DNS:$name" 'basicConstraints=critical,CA:FALSE' 'extendedKeyUsage=serverAuth' >"$new.ext"
    openssl x509 -req -in "$new.csr" -CA ca.pem -CAkey ca.key -set_serial "0x$(openssl rand -hex 12)" -days 90 -extfile "$new.ext" -out "$new.pem"
    mv -f "$new.key" "live/$name/privkey.pem"
    mv -f "$new.pem" "live/$name/fullchain.pem"
    rm -f "$new.csr" "$new.ext"
  fi
  chmod 755 "live/$name"
  chmod 644 "live/$name/fullchain.pem"
done
chmod 600 ca.key live/*/privkey.pem`
}
