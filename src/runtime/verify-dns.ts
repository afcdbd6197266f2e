import type { Problem } from '../kernel/errors.ts'
import { isRevoked } from '../mail/dkim/record.ts'
import { type Answer, recordProblems } from '../mail/dns/compare.ts'
import type { DnsRecord } from '../mail/dns/record.ts'

/** What one record turned out to be. */
export interface RecordResult {
  readonly record: DnsRecord
  readonly problems: readonly Problem[]
}

/** Asks every server of every record; an optional one that nobody published, or a revoked key, is no problem, a wrong one is. */
export async function checkRecords(
  records: readonly DnsRecord[],
  answers: (name: string, type: DnsRecord['type']) => Promise<readonly Answer[]>,
): Promise<RecordResult[]> {
  return Promise.all(
    records.map(async (record) => {
      const others = records.filter((one) => one !== record && one.name === record.name && one.type === record.type)
      const given = await answers(record.name, record.type)
      const told = given.filter((answer) => !(record.optional && (isEmpty(answer) || isRevoked(answer))))
      return { record, problems: told.flatMap((answer) => recordProblems(record, answer, others)) }
    }),
  )
}

function isEmpty({ status, values, texts }: Answer): boolean {
  return (status === 'NOERROR' || status === 'NXDOMAIN') && values.length === 0 && texts.length === 0
}
