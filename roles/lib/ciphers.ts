import type { z } from 'zod'
import type { tlsVars } from '../vars/access.ts'

/**
 * What users' clients are never offered, as OpenSSL names it (openssl-ciphers(1)): anonymous ciphers prove nobody's name.
 * Modern leaves forward secrecy with AEAD; `SHA1`, `SHA256` and `SHA384` are the ciphers whose MAC is one of these, CBC all.
 */
const excluded = {
  modern: ['aNULL', 'kRSA', 'PSK', 'aDSS', 'SHA1', 'SHA256', 'SHA384', 'AESCCM', 'CAMELLIA', 'ARIA'],
  compatible: ['aNULL', 'PSK', 'aDSS', 'MD5', 'AESCCM', 'CAMELLIA', 'ARIA'],
}

type Tls = Pick<z.output<typeof tlsVars>, 'ciphers'>

/** The list in Postfix's form, for smtpd_tls_mandatory_exclude_ciphers. */
export function excludedCiphers({ ciphers }: Tls): readonly string[] {
  return excluded[ciphers]
}

/**
 * The list for Dovecot and Apache: what EL9's crypto policy allows, less those. EL9's OpenSSL puts the policy's list where
 * one begins with PROFILE=SYSTEM (crypto-policies(7)).
 */
export function cipherList(tls: Tls): string {
  return ['PROFILE=SYSTEM', ...excludedCiphers(tls).map((name) => `!${name}`)].join(':')
}
