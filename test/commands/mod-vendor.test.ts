import { expect, test } from 'vitest';
import { isCgoEnabled } from '../../src/commands/mod-vendor.js';
import { readGoEnv } from '../../src/goenv/index.js';

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ CGO_ENABLED: '1' }, true],
  [{ CGO_ENABLED: '0' }, false],
  [{ GOOS: 'linux', GOARCH: 'amd64' }, true],
  [{ GOARCH: 'arm64' }, false],
  [{ GOOS: 'windows' }, false],
  [{ GOOS: 'windows', CGO_ENABLED: '1' }, true],
])('whether a build with %j would use cgo', (env, expected) => {
  const goEnv = readGoEnv({ env: { ...env, GOENV: 'off' }, platform: 'linux', arch: 'x64', homeDir: '/', cwd: '/' });
  expect(isCgoEnabled(goEnv)).toBe(expected);
});
