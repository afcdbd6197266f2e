import { z } from 'zod'

/** Vars of section `mariadb`. */
const mariadb = z
  .strictObject({
    bufferPoolMegabytes: z
      .int()
      .positive()
      .default(128)
      .describe('Memory for InnoDB pages in MiB (innodb_buffer_pool_size).'),
    maxConnections: z
      .int()
      .positive()
      .default(200)
      .describe(
        'Maximum number of concurrent connections (max_connections), shared by Postfix’s proxies, Dovecot’s auth workers and PHP.',
      ),
  })
  .prefault({})
  .describe('The database server.')

/** What role mariadb reads of the vars. */
export const vars = {
  mariadb,
}
