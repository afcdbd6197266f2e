import { command, type Resource, type Script, sh } from '#orchestrate'
import { keyName } from '../lib/key-records.ts'
import type { DkimKey } from './keys.ts'
import { publishedNotes, signingLog } from './signing-log.ts'

/**
 * What becomes of keys that are gone although they have signed or their record has been seen: a key made anew does not belong
 * to that record. `fail` comes before the keys are made and stops there, `make` comes after them and tells the record.
 */
export function lostKeys(keys: readonly DkimKey[], mode: 'make' | 'fail'): Resource[] {
  return keys.map((key) => {
    const { domain, selector, file } = key
    return mode === 'fail'
      ? command({
          name: `DKIM key ${selector} of ${domain} is still there`,
          unless: notLost(key),
          unlessInShell: true,
          reason: 'it was in use and is gone',
          run: sh`echo ${file}" was in use and is gone: put it back from a backup, or set dkim.onMissingKey to make and publish the record of a new one" >&2
exit 1`,
        })
      : command({
          name: `record of the new DKIM key ${selector} of ${domain}`,
          unless: notLost(key),
          unlessInShell: true,
          reason: 'the key was in use and is gone: the one made anew needs a new record',
          run: sh`public=$(openssl pkey -in ${file} -pubout -outform DER | base64 -w 0)
note ${`the DKIM key ${selector} of ${domain} was gone and has been made anew; until its record is published, signatures fail: ${keyName(key)} TXT v=DKIM1; k=rsa; p=`}"$public"`,
        })
  })
}

// A process runs only where the file is gone.
function notLost(key: DkimKey): Script {
  const used = `^[0-9]+ (${key.domain} ${key.selector}$|${keyName(key)} )`.replaceAll('.', '\\.')
  return sh`[ -e ${key.file} ] || [ -L ${key.file} ] || ! grep -qsE -e ${used} ${signingLog} ${publishedNotes}`
}
