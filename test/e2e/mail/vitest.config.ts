import { defineConfig } from 'vitest/config'

/** The mail flows, run by hand until they are reliable enough for every run. The world is made once for all files. */
export default defineConfig({
  test: {
    include: ['test/e2e/mail/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    isolate: false,
  },
})
