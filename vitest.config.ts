import { defineConfig } from 'vitest/config'

// One worker and one module graph: what a file has made of its hosts, the next one finds.
const onLabHosts = { testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false, isolate: false }

// `unit` opens no socket and runs no process but shells of this machine; `session` talks to an in-process ssh2 server; `e2e` and `mail` need lab hosts.
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
      { test: { name: 'e2e', include: ['test/e2e/*.test.ts'], ...onLabHosts } },
      { test: { name: 'mail', include: ['test/e2e/mail/*.test.ts'], ...onLabHosts } },
    ],
  },
})
