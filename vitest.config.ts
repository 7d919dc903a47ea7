import { defineConfig } from 'vitest/config';

const everyTest = 'test/**/*.test.ts';

/**
 * Here every command is a process, in every run: start-up, streams, the terminal, a day's work, bad input. Signals, README's lines, the
 * package's doors and what the program loads are tested with processes wherever they stand (`startCli`, `spawn`).
 */
const processes = [
  'test/cli/process.test.ts',
  'test/process/bad-input.test.ts',
  'test/process/happy.test.ts',
  'test/process/terminal.test.ts',
];

/** These replace modules for themselves; all others share what their process has loaded. */
const alone = [
  'test/cli/main.test.ts',
  'test/cli/standard-stream.test.ts',
  'test/filelock/without-koffi.test.ts',
  'test/sourcetree/write-in-place.test.ts',
];

/** Elsewhere a command runs in the test's own process, unless TSGOGET_TESTS=processes, as .ci/run has it once: test/support/run-cli.ts. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/fixed-seed.ts', 'test/support/remove-home.ts'],
    globalSetup: ['test/support/build-once.ts'],
    pool: 'forks', // in threads, a program that one test has just written cannot be started (ETXTBSY) while another starts one
    isolate: false,
    maxWorkers: 3, // more than processors: many tests wait for a process or a server
    testTimeout: 90_000,
    projects: [
      { extends: true, test: { name: 'alone', include: alone, isolate: true } },
      {
        extends: true,
        test: { name: 'in-process', include: [everyTest], exclude: ['test/real/**', ...alone, ...processes] },
      },
      { extends: true, test: { name: 'processes', include: processes, env: { TSGOGET_TESTS: 'processes' } } },
    ],
  },
});
