import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';

/** What go on PATH is: tsgoget follows it. */
const installed = spawnSync('go', ['env', 'GOVERSION'], { env: { ...process.env, GOTOOLCHAIN: 'local' } });
const release = `${installed.stdout ?? ''}`.trim().replace(/^go/, '');

/** Tests that need the go command and recordings of real modules; each says so when it is skipped. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    setupFiles: ['test/support/remove-home.ts'],
    globalSetup: ['test/support/build-once.ts'],
    pool: 'forks',
    env: { TSGOGET_TESTS: 'processes', TSGOGET_TEST_RELEASE: release },
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
