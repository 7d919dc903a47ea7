/** Where settings come from, and what they are when nothing sets them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkGoPath,
  checkModCache,
  defaultProxyList,
  defaultSumDb,
  type GoEnvInput,
  publicDomain,
  readGoEnv,
} from '../../src/goenv/index.js';
import { newestRelease } from '../../src/gover/index.js';
import { useTempDir } from '../support/temp-dir.js';

const home = useTempDir()();
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsgoget-env-'));
});
afterEach(() => rm(dir, { recursive: true }));

const read = (env: Record<string, string>, o: Partial<GoEnvInput> = {}) =>
  readGoEnv({ env: { HOME: home, ...env }, platform: 'linux', arch: 'x64', cwd: '/', ...o });

/** Settings with a GOENV file of that text. */
async function withFile(text: string, env: Record<string, string> = {}) {
  const file = join(dir, 'env');
  await writeFile(file, text);
  return read({ GOENV: file, ...env });
}

describe('defaults', () => {
  test('of an empty environment', () => {
    const env = read({});
    expect(env).toMatchObject({
      GO111MODULE: '',
      GOARCH: 'amd64',
      GOAUTH: 'netrc',
      GOCACHE: `${home}/.cache/go-build`,
      GOENV: `${home}/.config/go/env`,
      GOEXE: '',
      GOFLAGS: '',
      GOHOSTARCH: 'amd64',
      GOHOSTOS: 'linux',
      GOMODCACHE: `${home}/go/pkg/mod`,
      GONOPROXY: '',
      GONOSUMDB: '',
      GOOS: 'linux',
      GOPATH: `${home}/go`,
      GOPROXY: `https://proxy.${publicDomain},direct`,
      GOROOT: '',
      GOSUMDB: `sum.${publicDomain}`,
      GOTOOLCHAIN: 'auto',
      GOVCS: '',
      GOVERSION: `go${newestRelease}`,
      GOWORK: '',
      goVersion: newestRelease,
    });
    expect([env.GOPROXY, env.GOSUMDB]).toEqual([defaultProxyList, defaultSumDb]);
    expect([...env.changed]).toEqual([]);
    checkGoPath(env);
    checkModCache(env);
  });

  test('on macOS', () => {
    expect(read({}, { platform: 'darwin', arch: 'arm64' })).toMatchObject({
      GOARCH: 'arm64',
      GOCACHE: `${home}/Library/Caches/go-build`,
      GOENV: `${home}/Library/Application Support/go/env`,
      GOOS: 'darwin',
      CC: 'clang',
      CXX: 'clang++',
    });
  });

  test('on Windows, whose names have no case', () => {
    const env = { UserProfile: 'C:\\Users\\me', APPDATA: 'C:\\A', localappdata: 'C:\\L', goproxy: 'https://p' };
    expect(read(env, { platform: 'win32' })).toMatchObject({
      GOCACHE: 'C:\\L\\go-build',
      GOENV: 'C:\\A\\go\\env',
      GOEXE: '.exe',
      GOMODCACHE: 'C:\\Users\\me\\go\\pkg\\mod',
      GOOS: 'windows',
      GOPROXY: 'https://p',
    });
    expect(read({ GOPATH: 'D:\\a;D:\\b', ...env }, { platform: 'win32' }).GOMODCACHE).toBe('D:\\a\\pkg\\mod');
  });

  test.each<[NodeJS.Platform, string, string]>([
    ['linux', 'ia32', 'linux/386'],
    ['linux', 'ppc64', 'linux/ppc64le'],
    ['linux', 'mipsel', 'linux/mipsle'],
    ['linux', 's390x', 'linux/s390x'],
    ['sunos', 'x64', 'solaris/amd64'],
    ['win32', 'arm64', 'windows/arm64'],
  ])('of %s %s are %s', (platform, arch, want) => {
    const env = read({}, { platform, arch });
    expect(`${env.GOOS}/${env.GOARCH}`).toBe(want);
  });

  test('without a home', () => {
    const env = read({ HOME: '' });
    expect([env.GOPATH, env.GOMODCACHE, env.GOENV, env.GOCACHE]).toEqual(['', '', '', 'off']);
    expect(() => checkModCache(env)).toThrow('module cache not found: neither GOMODCACHE nor GOPATH is set');
    expect(read({ HOME: '' }, { homeDir: home }).GOPATH).toBe(`${home}/go`);
  });

  test('XDG folders count when they are absolute', () => {
    expect(read({ XDG_CONFIG_HOME: `${home}/x`, XDG_CACHE_HOME: `${home}/y` })).toMatchObject({
      GOENV: `${home}/x/go/env`,
      GOCACHE: `${home}/y/go-build`,
    });
    expect(read({ XDG_CONFIG_HOME: 'x', XDG_CACHE_HOME: 'y' })).toMatchObject({ GOENV: '', GOCACHE: 'off' });
    expect([read({ GOCACHE: 'rel' }).GOCACHE, read({ GOCACHE: '/abs' }).GOCACHE]).toEqual(['off', '/abs']);
  });

  test('follow from other settings', () => {
    expect(read({ GOPATH: '/a:/b' }).GOMODCACHE).toBe('/a/pkg/mod');
    expect(read({ GOPRIVATE: 'x.example' })).toMatchObject({ GONOPROXY: 'x.example', GONOSUMDB: 'x.example' });
    expect(read({ GOPRIVATE: 'x.example', GONOPROXY: 'none' })).toMatchObject({ GONOPROXY: 'none' });
    expect(read({ GOROOT: join(home, 'go') }).GOPATH).toBe('');
    expect(read({ GOOS: 'windows' })).toMatchObject({ GOEXE: '.exe', GOHOSTOS: 'linux', CGO_ENABLED: '0' });
    expect(read({ PATH: '' }).CGO_ENABLED).toBe('0');
    expect(read({ PATH: '', CC: 'tcc' })).toMatchObject({ CGO_ENABLED: '1', CC: 'tcc' });
  });

  test('the Go release can be chosen', () => {
    expect(() => read({ TSGOGET_GO_VERSION: 'latest' })).toThrow('TSGOGET_GO_VERSION: "latest" is no Go release');
    expect(read({ TSGOGET_GO_VERSION: '1.21.0' })).toMatchObject({ goVersion: '1.21.0', GOVERSION: 'go1.21.0' });
    expect(read({ TSGOGET_GO_VERSION: 'go1.22rc1' })).toMatchObject({ goVersion: '1.22rc1', GOVERSION: 'go1.22rc1' });
  });
});

describe('precedence', () => {
  test('environment, then file, then default', async () => {
    const text = 'GOPROXY=https://file\nGOFLAGS=-mod=mod\nGOPATH=/file\n';
    const env = await withFile(text, { GOPROXY: 'https://os', GOFLAGS: '' });
    expect(env).toMatchObject({ GOPROXY: 'https://os', GOFLAGS: '-mod=mod', GOMODCACHE: '/file/pkg/mod' });
  });

  test('an empty value in the environment is unset', () => {
    expect(read({ GOPROXY: '', GOSUMDB: '' })).toMatchObject({ GOPROXY: defaultProxyList, GOSUMDB: defaultSumDb });
  });

  test('GOENV=off reads no file', () => {
    expect(read({ GOENV: 'off' })).toMatchObject({ GOENV: '' });
  });

  test('a file that is not there, or is a folder, sets nothing', () => {
    expect(read({ GOENV: join(dir, 'missing') }).GOPROXY).toBe(defaultProxyList);
    expect(read({ GOENV: dir }).GOPROXY).toBe(defaultProxyList);
  });

  test('GODEBUG and NETRC come from the environment alone', async () => {
    expect(await withFile('GODEBUG=x=1\nNETRC=/file\n')).toMatchObject({ GODEBUG: '', NETRC: '' });
    expect(read({ GODEBUG: 'x=1', NETRC: '/n' })).toMatchObject({ GODEBUG: 'x=1', NETRC: '/n' });
  });

  test('$GOROOT/go.env stands between the file and the defaults', async () => {
    await mkdir(join(dir, 'root'));
    await writeFile(join(dir, 'root/go.env'), 'GOPROXY=s\nGOTOOLCHAIN=local\nGOSUMDB=root\n');
    const GOROOT = join(dir, 'root');
    const env = await withFile('GOSUMDB=file\n', { GOROOT });
    expect(env).toMatchObject({ GOPROXY: 's', GOTOOLCHAIN: 'local', GOSUMDB: 'file', GOROOT });
    expect([...env.changed].sort()).toEqual(['GOENV', 'GOSUMDB']);
    expect(read({ GOROOT: './root', GOTOOLCHAIN: 'local' }, { cwd: dir }).changed).toEqual(new Set());
  });

  test('names that the file alone knows can be asked for', async () => {
    const env = await withFile('UNKNOWN=yes\n');
    expect([env.get('UNKNOWN'), env.knows('UNKNOWN')]).toEqual(['yes', true]);
    const none = read({ UNKNOWN: 'yes' });
    expect([none.get('UNKNOWN'), none.knows('UNKNOWN')]).toEqual(['', false]);
  });

  test.each(['__proto__', 'constructor', 'hasOwnProperty', ''])('%j is no setting', (name) => {
    expect([read({}).get(name), read({}).knows(name)]).toEqual(['', false]);
  });

  test('every name can be asked for', () => {
    const env = read({ FC: 'gfortran', GOARM: '5', CGO_CFLAGS_ALLOW: 'x' });
    expect([env.get('FC'), env.get('GOARM'), env.get('CGO_CFLAGS_ALLOW')]).toEqual(['gfortran', '5', 'x']);
    expect(env.get('GOVERSION')).toBe(env.GOVERSION);
  });
});

describe('what changed', () => {
  test.each<[Record<string, string>, string[]]>([
    [{ GO111MODULE: 'on' }, []],
    [{ GO111MODULE: 'auto' }, ['GO111MODULE']],
    [{ GOPROXY: defaultProxyList }, []],
    [{ GOPROXY: 'off' }, ['GOPROXY']],
    [{ GOPRIVATE: 'x' }, ['GOPRIVATE']],
    [{ GOPRIVATE: 'x', GONOPROXY: 'x' }, ['GOPRIVATE']],
    [{ GOARCH: 'arm64' }, ['GOARCH']],
    [{ GODEBUG: 'x' }, ['GODEBUG']],
    [{ GOPATH: join(home, 'go') }, []],
  ])('by %o is %j', (env, want) => expect([...read(env).changed]).toEqual(want));
});

describe('GOPATH and GOMODCACHE', () => {
  test.each([
    ['~/go', 'GOPATH entry cannot start with shell metacharacter \'~\': "~/go"'],
    ['rel/go', 'GOPATH entry is relative; must be absolute path: "rel/go".\nFor more details see: \'go help gopath\''],
    [
      '/ok:./rel',
      'GOPATH entry is relative; must be absolute path: "./rel".\nFor more details see: \'go help gopath\'',
    ],
  ])('GOPATH=%s is refused', (GOPATH, message) => {
    expect(() => checkGoPath(read({ GOPATH }))).toThrow(expect.objectContaining({ code: 'invalid-setting', message }));
  });

  test.each(['/a', '/a::/b', ':/a', '/a~b'])('GOPATH=%s is fine', (GOPATH) => {
    expect(() => checkGoPath(read({ GOPATH }))).not.toThrow();
  });

  test('GOMODCACHE must be absolute', () => {
    expect(() => checkModCache(read({ GOMODCACHE: 'cache' }))).toThrow(
      'GOMODCACHE entry is relative; must be absolute path: "cache".',
    );
  });
});
