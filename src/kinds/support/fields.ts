import { z } from 'zod'

/** An absolute path in its shortest spelling; spaces are allowed. */
export const path = z
  .string()
  .regex(
    /^\/(?!.*\/\/)(?!(.*\/)?\.{1,2}(\/|$))[^\p{Cc}\\]*$/u,
    'an absolute path without //, . or .., control characters or backslashes',
  )
  .refine((text) => text === '/' || !text.endsWith('/'), 'a path that does not end in /')

/** Name or number of an account, as chown(1) takes it. */
export const owner = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}\$?$|^\d+$/, 'an account name or number')

/** Name or number of a group, as chown(1) takes it. */
export const group = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}\$?$|^\d+$/, 'a group name or number')

/** Name of an account or group as useradd(8) and groupadd(8) take it. */
export const accountWord = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,30}\$?$/, 'a name of small letters, digits, _ and -, up to 31 characters')

/** Permissions as chmod(1) takes them, with the digit for setuid, setgid and sticky. */
export const mode = z.string().regex(/^[0-7]{4}$/, 'four octal digits such as 0644')

/** Name of a systemd unit with its type. */
export const unitName = z
  .string()
  .regex(
    /^[A-Za-z0-9@:_.\\-]+\.(service|socket|timer|path|mount|target|slice)$/,
    'a full unit name such as chronyd.service',
  )

/** Note of a resource that only SELinux could make real. */
export const selinuxOff = 'SELinux is off'
