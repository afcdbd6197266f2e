cd /etc/pki/orchestrate-lab/live || exit 1
[ "$({ if selinuxenabled 2>/dev/null; then readlink -e -- /etc/pki/orchestrate-lab/ca.key /etc/pki/orchestrate-lab/ca.pem /etc/pki/orchestrate-lab/live/sv1.blue.example/privkey.pem /etc/pki/orchestrate-lab/live/sv1.blue.example/fullchain.pem /etc/pki/orchestrate-lab/live/mail.blue.example/privkey.pem /etc/pki/orchestrate-lab/live/mail.blue.example/fullchain.pem /etc/pki/orchestrate-lab/live/mail.red.example/privkey.pem /etc/pki/orchestrate-lab/live/mail.red.example/fullchain.pem | xargs -d '\n' -r restorecon -nv --; fi; } | /usr/bin/python3 -I -S -c '
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
' 604800 '' /etc/pki/orchestrate-lab/ca.key /etc/pki/orchestrate-lab/ca.pem sv1.blue.example /etc/pki/orchestrate-lab/live/sv1.blue.example/privkey.pem /etc/pki/orchestrate-lab/live/sv1.blue.example/fullchain.pem mail.blue.example /etc/pki/orchestrate-lab/live/mail.blue.example/privkey.pem /etc/pki/orchestrate-lab/live/mail.blue.example/fullchain.pem mail.red.example /etc/pki/orchestrate-lab/live/mail.red.example/privkey.pem /etc/pki/orchestrate-lab/live/mail.red.example/fullchain.pem)" = checked ] || exit 1
LC_ALL=C
set -- *
[ "$*" = 'mail.blue.example mail.red.example sv1.blue.example' ] || exit 1
openssl verify -CAfile /etc/pki/orchestrate-lab/ca.pem /etc/pki/orchestrate-lab/live/sv1.blue.example/fullchain.pem /etc/pki/orchestrate-lab/live/mail.blue.example/fullchain.pem /etc/pki/orchestrate-lab/live/mail.red.example/fullchain.pem