import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    globalSetup: ['test/support/build-once.ts'],
    pool: 'threads',
    testTimeout: 30_000,
  },
});
