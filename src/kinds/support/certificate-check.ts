import { type Script, sh } from '../../kernel/sh.ts'

/** Files of one certificate as they are to be checked. */
export interface CheckedFiles {
  /** The DNS name that it is for; empty: for no name in particular, e.g. that of a CA. */
  readonly name: string
  /** PEM path of the private key. */
  readonly key: string
  /** PEM path of the certificate and its chain. */
  readonly chain: string
}

// One process for all names: openssl(1) would need several for each. Every EL9 host has Python 3.9, as dnf is written in it;
// module _ssl alone loads twice as fast as ssl, which is made of it. Of a file that holds key and certificate the key must come first: Postfix aborts the handshake otherwise (postconf(5),
// tls_server_sni_maps). Names are compared as in RFC 6125: `*` stands for the whole first label.
const program = `
import _ssl, os, sys, time

def covers(found, name):
    names = [text for sort, text in found.get("subjectAltName", ()) if sort == "DNS"]
    if not names:
        names = [text for part in found.get("subject", ()) for sort, text in part if sort == "commonName"]
    rest = name.lower().partition(".")[2]
    return any(one.lower() == name.lower() or one.startswith("*.") and one[2:].lower() == rest for one in names)

def moment(text):
    month, day, clock, year, _ = text.split()
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return (int(year), months.index(month) + 1, int(day), *map(int, clock.split(":")))

def begins(path):
    with open(path, errors="replace") as lines:
        return [line for line in lines if line.startswith("-----BEGIN ")]

def wrong(name, key, chain):
    for path in (key, chain):
        if not os.access(path, os.R_OK):
            return path + " is missing"
    blocks = begins(key)
    unusable = "no usable private key in " + key
    if not any("PRIVATE KEY" in line for line in blocks):
        return unusable
    if key == chain and "PRIVATE KEY" not in blocks[0]:
        return "the private key must come first in " + key
    try:
        found = _ssl._test_decode_cert(chain)
    except Exception:
        return "no usable certificate in " + chain
    try:
        context = _ssl._SSLContext(_ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(chain, key, password=lambda: "none")
    except _ssl.SSLError as error:
        if "MISMATCH" in str(error.reason) or "ASSIGNED" in str(error.reason):
            return "the key " + key + " does not belong to the first certificate of " + chain
        return unusable
    if name and not covers(found, name):
        return "the certificate in " + chain + " is not for this name"
    if moment(found["notAfter"]) <= time.gmtime(time.time() + seconds)[:6]:
        return "the certificate in " + chain + (" expires soon" if seconds else " has expired")
    if os.stat(key).st_mode & 0o027:
        return "others may read or change " + key
    for path in (key, chain):
        if os.path.realpath(path) in mislabelled:
            return path + " has another SELinux label than its place: see restorecon -nv"

seconds = int(sys.argv[1])
words = sys.argv[2:]
mislabelled = {line.split(" from ")[0].partition("relabel ")[2] for line in sys.stdin}
for name, key, chain in zip(words[::3], words[1::3], words[2::3]):
    try:
        said = wrong(name, key, chain)
    except OSError as error:
        said = str(error)
    if said:
        print("wrong " + name + ": " + said)
print("checked")
`

/**
 * Prints `wrong NAME: WHY` for each certificate that cannot be served, or not for so many seconds more, then `checked`: it
 * exists, is not expired, is valid for the name, and its key matches, is not accessible to others and comes first.
 */
export function checkCertificates(files: readonly CheckedFiles[], seconds = 0): Script {
  const paths = [...new Set(files.flatMap(({ key, chain }) => [key, chain]))]
  const words = files.flatMap(({ name, key, chain }) => [name, key, chain])
  return sh`{ if selinuxenabled 2>/dev/null; then readlink -e -- ${paths} | xargs -d '\\n' -r restorecon -nv --; fi; } | /usr/bin/python3 -I -S -c ${program} ${[seconds, ...words]}`
}
