/** What `get` says where there is no module. */
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();

test.each([
  ['1.26.8', 'golang.org'],
  ['1.27.4', 'go.dev'],
])('outside a module, by %s the address is one of %s', async (TSGOGET_GO_VERSION, host) => {
  const env = { GOPROXY: 'off', GOSUMDB: 'off', TSGOGET_GO_VERSION };
  const { code, stderr } = await runCli(['get', 'example.com/a@v1.0.0'], { as: 'go', cwd: newDir(), env });
  expect(code).toBe(1);
  expect(stderr).toContain(`\tFor more information, see https://${host}/doc/go-get-install-deprecation\n`);
});
