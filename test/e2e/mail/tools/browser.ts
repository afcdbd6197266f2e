import { mkdir } from 'node:fs/promises'
import { type Browser, chromium, type Page } from 'playwright-core'

/** PostfixAdmin in Debian's Chromium, as a person uses it: by what stands on the page. */
export class AdminInBrowser {
  readonly #browser: Browser
  readonly #page: Page

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser
    this.#page = page
  }

  /** Opens the login page of a server; its certificate is looked at elsewhere. */
  static async open(server: string): Promise<AdminInBrowser> {
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--no-first-run'],
    })
    const page = await browser.newPage({ ignoreHTTPSErrors: true, locale: 'en' })
    await page.goto(`https://${server}/login.php`)
    return new AdminInBrowser(browser, page)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }

  async login(user: string, password: string): Promise<void> {
    await this.#page.fill('[name=fUsername]', user)
    await this.#page.fill('[name=fPassword]', password)
    await this.#send('[name=submit]')
    await this.#page.getByRole('link', { name: 'Logout' }).first().waitFor()
  }

  /** Adds a mailbox by the form and waits until it is listed. */
  async addMailbox(localPart: string, domain: string, password: string): Promise<void> {
    await this.#goTo(`/edit.php?table=mailbox&domain=${domain}`)
    await this.#page.fill('[name="value[local_part]"]', localPart)
    await this.#page.fill('[name="value[password]"]', password)
    await this.#page.fill('[name="value[password2]"]', password)
    await this.#page.setChecked('[name="value[welcome_mail]"]', false)
    await this.#send('[type=submit][name=submit]')
    await this.#page.getByText(`${localPart}@${domain}`).first().waitFor()
  }

  /** Switches a listed mailbox off by its own switch. */
  async switchOff(address: string, domain: string): Promise<void> {
    await this.#goTo(`/list-virtual.php?domain=${domain}`)
    await this.#row(address).locator('a[href*="editactive.php"]').click()
    await this.#row(address).locator('a[href*="active=1"]').waitFor()
  }

  /** Keeps a picture of the page. */
  async picture(path: string): Promise<void> {
    await mkdir(new URL('.', `file://${path}`), { recursive: true })
    await this.#page.screenshot({ path, fullPage: true })
  }

  #row(address: string) {
    return this.#page.getByRole('row').filter({ hasText: address })
  }

  async #goTo(path: string): Promise<void> {
    await this.#page.goto(new URL(path, this.#page.url()).href)
  }

  async #send(button: string): Promise<void> {
    await Promise.all([this.#page.waitForLoadState('load'), this.#page.click(button)])
  }
}
