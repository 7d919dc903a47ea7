/**
 * The table of standard packages against the installed Go. To renew it for another release: WRITE_STANDARD_PACKAGES=1 in the
 * environment of this test, with that Go on PATH (docs/following-a-release.md).
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
const isWriting = process.env.WRITE_STANDARD_PACKAGES === '1';
const isNewest = installed !== undefined && `1.${installed}` === newestKnownRelease;

test.runIf(hasGo && isWriting)('renews the table', () => {
  const facts = standardPackageFacts(goEnv('GOROOT'), Number(installed));
  writeFileSync(table, renderTable(facts, Number(installed)));
  writeFileSync(testTable, renderTestTable(facts));
});

test.runIf(hasGo && !isWriting)(
  'the go on PATH is none that the table does not know: see docs/following-a-release.md',
  () => {
    expect(Number(installed)).toBeLessThanOrEqual(Number(newestKnownRelease.replace('1.', '')));
  },
);

test.runIf(hasGo && !isWriting)(
  'the public packages of the installed release are those that the table has for it',
  () => {
    const release = `1.${installed}`;
    const isPublic = (path: string) => !/(?:^|\/)(?:internal|vendor|cmd)(?:\/|$)/.test(path);
    const facts = standardPackageFacts(goEnv('GOROOT'), Number(installed));
    const known = standardPackages(release).filter(isPublic);
    expect(known).toEqual(facts.filter(({ path, isBuilt }) => isBuilt && isPublic(path)).map(({ path }) => path));
    for (const { path, since } of facts.filter(({ path }) => isPublic(path))) {
      expect([path, isStandardPackage(path, `1.${since}`)]).toEqual([path, true]);
      expect([path, since === 0 || isStandardPackage(path, `1.${since - 1}`)]).toEqual([path, since === 0]);
    }
  },
);

describe.runIf(isNewest && !isWriting)('the standard library', () => {
  test('its packages, their releases and imports are those of the table', async () => {
    const facts = standardPackageFacts(goEnv('GOROOT'), Number(installed));
    expect(readFileSync(table, 'utf8')).toBe(renderTable(facts, Number(installed)));
    expect(readFileSync(testTable, 'utf8')).toBe(renderTestTable(facts));
    const ofTests = await standardTestImports(newestKnownRelease);
    for (const { path, imports, testImports } of facts) {
      expect([path, isStandardPackage(path, newestKnownRelease)]).toEqual([path, true]);
      if (path.startsWith('cmd')) continue;
      expect([path, standardImports(path, newestKnownRelease).toSorted()]).toEqual([path, imports.toSorted()]);
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
        const known = new Set(standardImports(path, newestKnownRelease));
        expect([path, imports.filter((name) => name !== 'C' && !known.has(name))]).toEqual([path, []]);
      }
    }
  });
});
