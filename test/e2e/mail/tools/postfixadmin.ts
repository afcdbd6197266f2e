import { on } from '../world/host.ts'

/** PostfixAdmin as a person with a browser uses it, by its forms. */
export class PostfixAdmin {
  readonly #host: string
  readonly #base: string

  /** `host` is the lab host that the browser runs on. */
  constructor(host: string, server: string) {
    this.#host = host
    this.#base = `https://${server}`
  }

  /** Logs in; gives the page that follows. */
  async login(user: string, password: string): Promise<string> {
    await on(this.#host, 'rm -f /root/jar')
    const token = tokenOf(await this.get('/login.php'))
    return this.#post('/login.php', { token, fUsername: user, fPassword: password, lang: 'en', submit: 'Login' })
  }

  /** Adds a mailbox; gives the page that follows. */
  async addMailbox(localPart: string, domain: string, password: string): Promise<string> {
    const token = tokenOf(await this.get(`/edit.php?table=mailbox&domain=${domain}`))
    return this.#post('/edit.php?table=mailbox', {
      token,
      'value[local_part]': localPart,
      'value[domain]': domain,
      'value[password]': password,
      'value[password2]': password,
      'value[name]': 'Added in the browser',
      'value[quota]': '0',
      'value[active]': '1',
      'value[welcome_mail]': '0',
    })
  }

  /** Switches a mailbox off or on. */
  async toggle(address: string, domain: string, active: boolean): Promise<string> {
    const token = tokenOf(await this.get(`/list-virtual.php?domain=${domain}`))
    const query = new URLSearchParams({ table: 'mailbox', id: address, active: active ? '1' : '0', token })
    return this.get(`/editactive.php?${query}`)
  }

  async get(path: string): Promise<string> {
    return on(this.#host, `curl -sS -k -L --max-time 30 -b /root/jar -c /root/jar '${this.#base}${path}'`)
  }

  async #post(path: string, values: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams(values).toString()
    return on(
      this.#host,
      `curl -sS -k -L --max-time 30 -b /root/jar -c /root/jar --data-binary @- '${this.#base}${path}'`,
      body,
    )
  }
}

function tokenOf(page: string): string {
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? /token=([0-9a-f]+)/.exec(page)?.[1]
  if (!token) throw new Error(`no token on the page: ${page.replaceAll(/\s+/g, ' ').slice(0, 400)}`)
  return token
}
