import { defineConfig } from 'vitest/config';

/** Tests that need the go command and recordings of real modules; each says so when it is skipped. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    setupFiles: ['test/support/remove-home.ts'],
    globalSetup: ['test/support/build-once.ts'],
    pool: 'forks',
    env: { TSGOGET_TESTS: 'processes' },
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
