/** What `go env` prints. */
import { describe, expect, test } from 'vitest';
import { formatEnv, formatEnvJson, listEnv, quoteBatch, quoteShell } from '../../src/goenv/env-listing.js';
import { readGoEnv } from '../../src/goenv/index.js';
import { useTempDir } from '../support/temp-dir.js';

const home = useTempDir()();
const found = { GOMOD: '/dev/null', GOWORK: '' };
const list = (env: Record<string, string> = {}) =>
  listEnv(readGoEnv({ env: { HOME: home, PATH: '', ...env }, platform: 'linux', arch: 'x64', cwd: '/' }), found);

test('the list is sorted, and has what go 1.26 lists', () => {
  const names = list({ TSGOGET_GO_VERSION: '1.26.8' }).map((v) => v.name);
  expect(names).toEqual([...names].sort());
  expect(names.join(' ')).toBe(
    'AR CC CGO_CFLAGS CGO_CPPFLAGS CGO_CXXFLAGS CGO_ENABLED CGO_FFLAGS CGO_LDFLAGS CXX GCCGO GO111MODULE GOAMD64 ' +
      'GOARCH GOAUTH GOBIN GOCACHE GOCACHEPROG GODEBUG GOENV GOEXE GOEXPERIMENT GOFIPS140 GOFLAGS GOHOSTARCH ' +
      'GOHOSTOS GOINSECURE GOMOD GOMODCACHE GONOPROXY GONOSUMDB GOOS GOPATH GOPRIVATE GOPROXY GOROOT GOSUMDB ' +
      'GOTMPDIR GOTOOLCHAIN GOVCS GOVERSION GOWORK PKG_CONFIG',
  );
});

test('the variable of the architecture is listed, and no other', () => {
  const names = list({ GOARCH: 'arm64' }).map((v) => v.name);
  expect(names).toContain('GOARM64');
  expect(names).not.toContain('GOAMD64');
});

test('text is for a shell', () => {
  const text = formatEnv(list({ GOFLAGS: `$(echo 'cc"'; echo 'OOPS="oops')` }), 'linux');
  expect(text).toContain(`\nGOFLAGS='$(echo '\\''cc"'\\''; echo '\\''OOPS="oops'\\'')'\n`);
  expect(text).toContain("\nGOMOD='/dev/null'\n");
  expect(text.endsWith("PKG_CONFIG='pkg-config'\n")).toBe(true);
  expect(formatEnv([{ name: 'GOFLAGS', value: 'a&b', changed: true }], 'windows')).toBe('set GOFLAGS=a^&b\n');
});

test('JSON is Go’s', () => {
  const variables = [
    { name: 'A', value: '<a&b>"\u2028', changed: false },
    { name: 'B', value: '', changed: false },
  ];
  const json = formatEnvJson(variables, '1.26.8');
  expect(json).toBe('{\n\t"A": "\\u003ca\\u0026b\\u003e\\"\\u2028",\n\t"B": ""\n}\n');
  expect(formatEnvJson([], '1.26.8')).toBe('{}\n');
});

test.each([
  ['1.26.8', '\\ufffd'],
  ['1.27.4', '\ufffd'],
])('JSON of what is no UTF-8, by %s', (release, char) => {
  expect(formatEnvJson([{ name: 'A', value: 'a\udc80', changed: true }], release)).toBe(`{\n\t"A": "a${char}"\n}\n`);
});

test('GOPACKAGESDRIVER is listed since 1.27, from the environment alone', () => {
  const driver = (env: Record<string, string>) => list(env).filter((v) => v.name === 'GOPACKAGESDRIVER');
  const GOPACKAGESDRIVER = 'off';
  expect(driver({ TSGOGET_GO_VERSION: '1.26.8', GOPACKAGESDRIVER })).toEqual([]);
  const TSGOGET_GO_VERSION = '1.27.4';
  expect(driver({ TSGOGET_GO_VERSION })).toEqual([{ name: 'GOPACKAGESDRIVER', value: '', changed: false }]);
  expect(driver({ TSGOGET_GO_VERSION, GOPACKAGESDRIVER })).toEqual([
    { name: 'GOPACKAGESDRIVER', value: 'off', changed: true },
  ]);
  const names = list({ TSGOGET_GO_VERSION }).map((v) => v.name);
  expect(names.slice(names.indexOf('GOOS'))).toEqual(expect.arrayContaining(['GOOS', 'GOPACKAGESDRIVER', 'GOPATH']));
  expect(names).toEqual([...names].sort());
});

test('what changed is marked', () => {
  const changed = list({ GOFLAGS: '-mod=mod', GOOS: 'windows' }).filter((v) => v.changed);
  expect(changed.map((v) => v.name)).toEqual(['GOFLAGS', 'GOOS']);
});

describe('quoting', () => {
  test.each([
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
  ])('%j for a shell is %s', (value, want) => expect(quoteShell(value)).toBe(want));

  test.each([
    ['100%', '100%%'],
    ['a<b>|&^', 'a^<b^>^|^&^^'],
    ['a\nb\r', 'a\ufffdb\ufffd'],
    ['\x1b', '\ufffd'],
    ['tab\t', 'tab\t'],
  ])('%j in a batch file is %j', (value, want) => expect(quoteBatch(value)).toBe(want));
});
