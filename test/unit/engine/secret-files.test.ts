import { expect, test } from 'vitest'
import { listSecretFiles, secretProblems } from '../../../src/engine/secret-files.ts'

test('what others may read or write is named with its mode and owner', () => {
  const output = `644 root root /etc/app/keys.db
640 root app /etc/app/password
602 root root /etc/app/a name
`
  expect(secretProblems(output)).toEqual([
    { place: '/etc/app/keys.db', found: '0644 root:root', allowed: 'nothing for others, e.g. 0600 or 0640' },
    { place: '/etc/app/a name', found: '0602 root:root', allowed: 'nothing for others, e.g. 0600 or 0640' },
  ])
})

test('a process for the files and one for each set of names, however many there are', () => {
  const files = [
    ...Array.from({ length: 40 }, (_, at) => ({ path: `/etc/app/${at}` })),
    ...Array.from({ length: 40 }, (_, at) => ({ path: `/etc/keys/${at}`, names: '*.key' })),
  ]
  expect(String(listSecretFiles(files)).match(/\bfind\b/g)).toHaveLength(2)
  expect(String(listSecretFiles([]))).toBe('true')
})
