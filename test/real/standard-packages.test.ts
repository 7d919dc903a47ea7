/**
 * The table of standard packages against the installed Go. To renew it for another release: WRITE_STANDARD_PACKAGES=1 in the
 * environment of this test, with that Go on PATH.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  isStandardPackage,
  newestKnownRelease,
  standardImports,
  standardPackages,
  standardTestImports,
} from '../../src/imports/index.js';
import { hasGo } from './go-command.js';
import { renderTable, renderTestTable, standardPackageFacts } from './standard-package-facts.js';

const fileOf = (name: string) => fileURLToPath(new URL(`../../src/imports/${name}.ts`, import.meta.url));
const table = fileOf('standard-package-table');
const testTable = fileOf('standard-test-table');

function goEnv(name: string): string {
  const { stdout } = spawnSync('go', ['env', name], {
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  return stdout.trim();
}

const installed = hasGo ? /^go1\.(\d+)/.exec(goEnv('GOVERSION'))?.[1] : undefined;
const isNewest = installed !== undefined && `1.${installed}` === newestKnownRelease;

test.runIf(hasGo && process.env.WRITE_STANDARD_PACKAGES === '1')('renews the table', () => {
  const facts = standardPackageFacts(goEnv('GOROOT'));
  writeFileSync(table, renderTable(facts, Number(installed)));
  writeFileSync(testTable, renderTestTable(facts));
});

describe.runIf(isNewest && process.env.WRITE_STANDARD_PACKAGES !== '1')('the standard library', () => {
  test('its packages, their releases and imports are those of the table', async () => {
    const facts = standardPackageFacts(goEnv('GOROOT'));
    expect(readFileSync(table, 'utf8')).toBe(renderTable(facts, Number(installed)));
    expect(readFileSync(testTable, 'utf8')).toBe(renderTestTable(facts));
    const ofTests = await standardTestImports();
    for (const { path, imports, testImports } of facts) {
      expect([path, isStandardPackage(path, newestKnownRelease)]).toEqual([path, true]);
      if (path.startsWith('cmd')) continue;
      expect([path, standardImports(path).toSorted()]).toEqual([path, imports.toSorted()]);
      expect([path, ofTests(path).toSorted()]).toEqual([path, testImports.toSorted()]);
    }
  });

  test('what go list says of two systems is in it', () => {
    const library = new Set(standardPackages(newestKnownRelease));
    for (const GOOS of ['linux', 'windows']) {
      const { stdout } = spawnSync('go', ['list', '-f', '{{.ImportPath}} {{join .Imports " "}}', 'std'], {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        env: { ...process.env, GOOS, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOSUMDB: 'off', GOFLAGS: '' },
      });
      const lines = stdout.trim().split('\n');
      expect(lines.length).toBeGreaterThan(300);
      for (const line of lines) {
        const [path = '', ...imports] = line.trim().split(' ');
        expect(library).toContain(path);
        const known = new Set(standardImports(path));
        expect([path, imports.filter((name) => name !== 'C' && !known.has(name))]).toEqual([path, []]);
      }
    }
  });
});
