import type {
  AuthContext,
  AuthenticationType,
  KeyboardAuthContext,
  ParsedKey,
  PasswordAuthContext,
  PublicKeyAuthContext,
} from 'ssh2'

/** Who may log in to a test host, and how. */
export interface LoginPolicy {
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
export function answerLogin(context: AuthContext, policy: LoginPolicy, attempts: string[]): void {
  const { user = 'root' } = policy
  const judge = context.username === user ? judges[context.method] : undefined
  attempts.push(context.username === user ? spell(context) : `${context.method} as ${context.username}`)
  if (judge) judge(context as never, policy)
  else refuse(context, policy)
}

function spell(context: AuthContext): string {
  return context.method === 'publickey' ? `publickey ${context.signature ? 'signed' : 'asked'}` : context.method
}

type Judge<Context> = (context: Context, policy: LoginPolicy) => void

const publickey: Judge<PublicKeyAuthContext> = (context, policy) => {
  const key = policy.authorizedKeys?.find((known) => known.getPublicSSH().equals(context.key.data))
  const { signature, blob, hashAlgo } = context
  if (!key) refuse(context, policy)
  else if (!signature || !blob) context.accept()
  else if (key.verify(blob, signature, hashAlgo)) accept(context, policy)
  else refuse(context, policy)
}

const password: Judge<PasswordAuthContext> = (context, policy) => {
  if (policy.expired) context.requestChange('expired', () => {})
  else if (policy.password !== undefined && context.password === policy.password) accept(context, policy)
  else refuse(context, policy)
}

const keyboard: Judge<KeyboardAuthContext> = (context, policy) => {
  const prompts = policy.keyboard
  if (!prompts) return refuse(context, policy)
  context.prompt([...prompts], (answers) => {
    if (prompts.every(({ answer }, index) => answers[index] === answer)) accept(context, policy)
    else refuse(context, policy)
  })
}

const judges: { readonly [method in AuthenticationType]?: Judge<never> } = {
  publickey,
  password,
  'keyboard-interactive': keyboard,
}

function refuse(context: AuthContext, { authorizedKeys, password, keyboard }: LoginPolicy): void {
  const offered: AuthenticationType[] = []
  if (authorizedKeys?.length) offered.push('publickey')
  if (password !== undefined) offered.push('password')
  if (keyboard) offered.push('keyboard-interactive')
  context.reject(offered)
}

const passed = new WeakMap<LoginPolicy, Set<AuthenticationType>>()

function accept(context: AuthContext, policy: LoginPolicy): void {
  const done = passed.get(policy) ?? new Set()
  passed.set(policy, done.add(context.method))
  const left = policy.needs?.filter((method) => !done.has(method)) ?? []
  if (left.length === 0) context.accept()
  else context.reject(left, true)
}
