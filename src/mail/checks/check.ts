import type { Problem } from '../../kernel/errors.ts'

/** What a check is about; reports group by it. */
export type Subject = 'listeners' | 'tls' | 'web' | 'smtp' | 'mail' | 'dns' | 'queue' | 'secrets'

/** One check and how it ended. */
export interface CheckResult {
  readonly host: string
  readonly subject: Subject
  /** What was checked, as a statement that should be true. */
  readonly title: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly problems: readonly Problem[]
  /** Why it was skipped. */
  readonly because?: string | undefined
}

/** A check that was carried out. */
export function checked(host: string, subject: Subject, title: string, problems: readonly Problem[]): CheckResult {
  return { host, subject, title, status: problems.length > 0 ? 'failed' : 'passed', problems }
}

/** A check that could not be carried out, which is not a failure. */
export function skipped(host: string, subject: Subject, title: string, because: string): CheckResult {
  return { host, subject, title, status: 'skipped', problems: [], because }
}
