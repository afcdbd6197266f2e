import { defineConfig } from 'vitest/config'

// `unit` runs no process and no socket; `session` talks to an in-process ssh2 server; `e2e` needs lab hosts.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/floors/**/*.test.ts'],
          testTimeout: 10_000,
          isolate: false,
        },
      },
      { test: { name: 'session', include: ['test/session/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 20_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          isolate: false,
        },
      },
    ],
  },
})
