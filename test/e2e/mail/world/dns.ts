import { install, on, put, tried, until } from './host.ts'
import { blockList, forwardZone, places, refusingList, reverseZone } from './places.ts'

/** Text records of the story that do not come from the managed hosts. */
const ours = `
ns.example. IN A ${places.dns.ip}
mx.sender.example. IN A ${places.a.ip}
mx.sender.example. IN TXT "v=spf1 a -all"
sender.example. IN MX 10 mx.sender.example.
sender.example. IN TXT "v=spf1 ip4:${places.a.ip} -all"
_dmarc.sender.example. IN TXT "v=DMARC1; p=reject; adkim=s; aspf=s"
nodkim.example. IN MX 10 mx.sender.example.
nodkim.example. IN TXT "v=spf1 ip4:${places.a.ip} -all"
mx.gmail.example. IN A ${places.c.ip}
gmail.example. IN MX 10 mx.gmail.example.
gmail.example. IN TXT "v=spf1 ip4:${places.c.ip} -all"
_dmarc.gmail.example. IN TXT "v=DMARC1; p=none"
bank.example. IN A 192.0.2.1
bank.example. IN MX 10 mx.gmail.example.
bank.example. IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.bank.example. IN TXT "v=DMARC1; p=reject"
nowhere.example. IN A 192.0.2.2
63.7.89.10.${blockList}. IN A 127.0.0.2
*.${refusingList}. IN A 127.255.255.254
61.7.89.10.in-addr.arpa. IN PTR mx.sender.example.
62.7.89.10.in-addr.arpa. IN PTR mx.gmail.example.
53.7.89.10.in-addr.arpa. IN PTR ns.example.
`

/** The DNS of the lab: zones by owner, so that one owner's records can be replaced or damaged for a while. */
export class Dns {
  readonly #owners = new Map<string, string>([['ours', ours]])
  #serial = Math.floor(Date.now() / 1_000)

  /** Installs the server; it is authority and resolver in one. */
  async setUp(): Promise<void> {
    await install(places.dns.name, ['unbound', 'bind-utils'])
    await put(places.dns.name, '/etc/unbound/unbound.conf', configuration)
    await on(places.dns.name, 'systemctl enable -q unbound')
    await this.publish()
  }

  /** The records of one owner, one a line, absolute names. */
  records(owner: string): string {
    return this.#owners.get(owner) ?? ''
  }

  /** Replaces an owner's records and waits until they are served. */
  async set(owner: string, records: string): Promise<void> {
    this.#owners.set(owner, records)
    await this.publish()
  }

  /** Publishes changed records while `work` runs, and the former ones after it. */
  async damaged<Result>(
    owner: string,
    change: (records: string) => string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.records(owner)
    const after = change(before)
    if (after === before) throw new Error(`the change leaves the records of ${owner} as they are`)
    await this.set(owner, after)
    try {
      return await work()
    } finally {
      await this.set(owner, before)
    }
  }

  async publish(): Promise<void> {
    this.#serial += 1
    const lines = [...this.#owners.values()].flatMap((text) => text.split('\n')).filter((line) => /^[^;$\s]/.test(line))
    for (const zone of [forwardZone, reverseZone]) {
      const own = lines.filter((line) => line.split(/\s/)[0]?.endsWith(`${zone}.`))
      const head = `$TTL 1\n${zone}. IN SOA ns.example. root.example. ${this.#serial} 60 60 3600 1\n${zone}. IN NS ns.example.\n`
      await put(places.dns.name, `/var/lib/unbound/${zone}.zone`, `${head}${[...new Set(own)].join('\n')}\n`)
    }
    // Tests change the zones faster than systemd lets a unit start (five times in ten seconds).
    await on(places.dns.name, 'systemctl reset-failed unbound 2>/dev/null; systemctl restart unbound')
    await until('the new zone', async () => {
      const { stdout } = await tried(
        places.dns.name,
        `dig +short +time=1 +tries=1 @${places.dns.ip} SOA ${forwardZone}`,
      )
      return stdout.includes(String(this.#serial)) || undefined
    })
  }
}

const configuration = `server:
	interface: 0.0.0.0
	access-control: 0.0.0.0/0 allow
	username: ""
	chroot: ""
	directory: "/var/lib/unbound"
	local-zone: "10.in-addr.arpa." nodefault
	module-config: "iterator"
${[forwardZone, reverseZone]
  .map(
    (zone) =>
      `auth-zone:\n\tname: "${zone}."\n\tzonefile: "/var/lib/unbound/${zone}.zone"\n\tfor-downstream: yes\n\tfor-upstream: yes\n`,
  )
  .join('')}`

/** Makes a lab host ask the lab's DNS. */
export async function useDns(host: string): Promise<void> {
  await on(host, `printf 'nameserver %s\\noptions timeout:1 attempts:2\\n' ${places.dns.ip} >/etc/resolv.conf`)
}
