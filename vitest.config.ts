import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    setupFiles: ['test/support/fixed-seed.ts'],
    globalSetup: ['test/support/build-once.ts'],
    pool: 'threads',
    maxWorkers: 3, // more than processors: most tests wait for a process or a server
    testTimeout: 90_000,
  },
});
