import type {
  AuthContext,
  AuthenticationType,
  KeyboardAuthContext,
  ParsedKey,
  PasswordAuthContext,
  PublicKeyAuthContext,
} from 'ssh2'

/** Who may log in to a test host, and how. */
export interface Account {
  readonly user?: string | undefined
  readonly authorizedKeys?: readonly ParsedKey[] | undefined
  readonly password?: string | undefined
  /** Prompts of keyboard-interactive and the answers wanted. */
  readonly keyboard?:
    | readonly { readonly prompt: string; readonly echo: boolean; readonly answer: string }[]
    | undefined
  /** Ways that must all succeed, for two factors. */
  readonly needs?: readonly AuthenticationType[] | undefined
  /** The password has expired. */
  readonly expired?: boolean | undefined
}

/** Judges one login attempt as sshd would and notes it. */
export function answerLogin(context: AuthContext, account: Account, attempts: string[]): void {
  const { user = 'root' } = account
  const judge = context.username === user ? judges[context.method] : undefined
  attempts.push(context.username === user ? spell(context) : `${context.method} as ${context.username}`)
  if (judge) judge(context as never, account)
  else refuse(context, account)
}

function spell(context: AuthContext): string {
  return context.method === 'publickey' ? `publickey ${context.signature ? 'signed' : 'asked'}` : context.method
}

type Judge<Context> = (context: Context, account: Account) => void

const publickey: Judge<PublicKeyAuthContext> = (context, account) => {
  const key = account.authorizedKeys?.find((known) => known.getPublicSSH().equals(context.key.data))
  const { signature, blob, hashAlgo } = context
  if (!key) refuse(context, account)
  else if (!signature || !blob) context.accept()
  else if (key.verify(blob, signature, hashAlgo)) accept(context, account)
  else refuse(context, account)
}

const password: Judge<PasswordAuthContext> = (context, account) => {
  if (account.expired) context.requestChange('expired', () => {})
  else if (account.password !== undefined && context.password === account.password) accept(context, account)
  else refuse(context, account)
}

const keyboard: Judge<KeyboardAuthContext> = (context, account) => {
  const prompts = account.keyboard
  if (!prompts) return refuse(context, account)
  context.prompt([...prompts], (answers) => {
    if (prompts.every(({ answer }, index) => answers[index] === answer)) accept(context, account)
    else refuse(context, account)
  })
}

const judges: { readonly [method in AuthenticationType]?: Judge<never> } = {
  publickey,
  password,
  'keyboard-interactive': keyboard,
}

function refuse(context: AuthContext, { authorizedKeys, password, keyboard }: Account): void {
  const offered: AuthenticationType[] = []
  if (authorizedKeys?.length) offered.push('publickey')
  if (password !== undefined) offered.push('password')
  if (keyboard) offered.push('keyboard-interactive')
  context.reject(offered)
}

const passed = new WeakMap<Account, Set<AuthenticationType>>()

function accept(context: AuthContext, account: Account): void {
  const done = passed.get(account) ?? new Set()
  passed.set(account, done.add(context.method))
  const left = account.needs?.filter((method) => !done.has(method)) ?? []
  if (left.length === 0) context.accept()
  else context.reject(left, true)
}
