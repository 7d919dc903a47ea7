/**
 * The table of settings: one row each, with what holds when nothing sets it.
 * cmd/go's own names and defaults (`go help environment`); a new setting is a new row.
 */
import { posix, win32 } from 'node:path';
import { defaultProxyList, defaultSumDb } from './defaults.js';
import { findProgram } from './find-program.js';
import { cgoPlatforms } from './platforms.js';

/** What a default may depend on. */
export interface DefaultContext {
  /** A variable of the operating system's environment; '' when unset. */
  readonly os: (name: string) => string;
  /** The effective value of another setting. */
  readonly get: (name: string) => string;
  readonly hostGoos: string;
  readonly hostGoarch: string;
  /** The home folder; '' when unknown. */
  readonly home: string;
}

export interface Setting {
  /** The value when neither the environment nor a file sets it; '' without one. */
  readonly default?: string | ((c: DefaultContext) => string);
  /** A value that means the same as the default, for `go env -changed`. */
  readonly alsoDefault?: string;
  /** Read from the operating system's environment alone. */
  readonly osOnly?: true;
  /** Known to `go env NAME` and `go env -w`, but not listed by `go env`. */
  readonly unlisted?: true;
  /** Listed only when it holds, as GOAMD64 is when GOARCH is amd64. */
  readonly listedFor?: readonly string[];
}

const cFlags = '-O2 -g';
const unlisted = { unlisted: true } as const;
const clangSystems = ['darwin', 'ios', 'freebsd', 'openbsd'];
const compiler = (c: DefaultContext) => (clangSystems.includes(c.get('GOOS')) ? 'clang' : 'gcc');

export const settings = {
  AR: { default: 'ar' },
  CC: { default: compiler },
  CGO_CFLAGS: { default: cFlags },
  CGO_CPPFLAGS: {},
  CGO_CXXFLAGS: { default: cFlags },
  CGO_ENABLED: { default: defaultCgo },
  CGO_FFLAGS: { default: cFlags },
  CGO_LDFLAGS: { default: cFlags },
  CXX: { default: (c) => (compiler(c) === 'clang' ? 'clang++' : 'g++') },
  FC: unlisted,
  GCCGO: { default: 'gccgo' },
  GO111MODULE: { alsoDefault: 'on' },
  GO386: { default: 'sse2', listedFor: ['386'] },
  GOAMD64: { default: 'v1', listedFor: ['amd64'] },
  GOARCH: { default: (c) => c.hostGoarch },
  GOARM: { default: '7', listedFor: ['arm'] },
  GOARM64: { default: 'v8.0', listedFor: ['arm64'] },
  GOAUTH: { default: 'netrc' },
  GOBIN: {},
  GOCACHE: { default: (c) => userDir(c, 'cache', 'go-build') || 'off' },
  GOCACHEPROG: {},
  GODEBUG: { osOnly: true },
  GOEXPERIMENT: {},
  GOFIPS140: { default: 'off' },
  GOFLAGS: {},
  GOINSECURE: {},
  GOMIPS: { default: 'hardfloat', listedFor: ['mips', 'mipsle'] },
  GOMIPS64: { default: 'hardfloat', listedFor: ['mips64', 'mips64le'] },
  GOMODCACHE: { default: (c) => inGoPath(c, 'pkg', 'mod') },
  GONOPROXY: { default: (c) => c.get('GOPRIVATE') },
  GONOSUMDB: { default: (c) => c.get('GOPRIVATE') },
  GOOS: { default: (c) => c.hostGoos },
  GOPATH: { default: defaultGoPath },
  GOPPC64: { default: 'power8', listedFor: ['ppc64', 'ppc64le'] },
  GOPRIVATE: {},
  GOPROXY: { default: defaultProxyList },
  GORISCV64: { default: 'rva20u64', listedFor: ['riscv64'] },
  GOROOT: {},
  GOSUMDB: { default: defaultSumDb },
  GOTMPDIR: {},
  GOTOOLCHAIN: { default: 'auto' },
  GOVCS: {},
  GOWASM: { listedFor: ['wasm'] },
  GOWORK: unlisted, // `go env` lists what it resolves to
  GO_EXTLINK_ENABLED: unlisted,
  NETRC: { ...unlisted, osOnly: true },
  PKG_CONFIG: { default: 'pkg-config' },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** The names that a GOENV file may set besides those of the table. */
export const otherFileNames: readonly string[] = ['CFLAGS', 'CPPFLAGS', 'CXXFLAGS', 'FFLAGS', 'LDFLAGS'].flatMap(
  (n) => [`CGO_${n}_ALLOW`, `CGO_${n}_DISALLOW`],
);

/** node:path for the system that is described, which tests may choose. */
export const pathOf = (goos: string) => (goos === 'windows' ? win32 : posix);

/** The entries of a GOPATH-like list. */
export function splitPathList(list: string, goos: string): string[] {
  return list === '' ? [] : list.split(goos === 'windows' ? ';' : ':');
}

/** A file under the user's folder for configuration or caches; '' when the environment does not say where that is. */
export function userDir(c: DefaultContext, kind: 'config' | 'cache', ...names: string[]): string {
  const path = pathOf(c.hostGoos);
  const under = (dir: string, ...rest: string[]) => (dir === '' ? '' : path.join(dir, ...rest, ...names));
  if (c.hostGoos === 'windows') return under(c.os(kind === 'config' ? 'AppData' : 'LocalAppData'));
  if (c.hostGoos === 'darwin') return under(c.home, 'Library', kind === 'config' ? 'Application Support' : 'Caches');
  const xdg = c.os(kind === 'config' ? 'XDG_CONFIG_HOME' : 'XDG_CACHE_HOME');
  if (xdg !== '') return path.isAbsolute(xdg) ? under(xdg) : '';
  return under(c.home, kind === 'config' ? '.config' : '.cache');
}

/** Why there is no such folder, in go's words. */
export function missingUserDir(c: Pick<DefaultContext, 'os' | 'hostGoos'>, kind: 'config' | 'cache'): string {
  if (c.hostGoos === 'windows') return `%${kind === 'config' ? 'AppData' : 'LocalAppData'}% is not defined`;
  if (c.hostGoos === 'darwin') return '$HOME is not defined';
  const xdg = kind === 'config' ? 'XDG_CONFIG_HOME' : 'XDG_CACHE_HOME';
  return c.os(xdg) === '' ? `neither $${xdg} nor $HOME are defined` : `path in $${xdg} is relative`;
}

function defaultGoPath(c: DefaultContext): string {
  const path = pathOf(c.hostGoos);
  if (c.home === '') return '';
  const dir = path.join(c.home, 'go');
  return dir === path.normalize(c.get('GOROOT')) ? '' : dir; // a GOROOT is no GOPATH
}

function inGoPath(c: DefaultContext, ...names: string[]): string {
  const [first = ''] = splitPathList(c.get('GOPATH'), c.hostGoos);
  return first === '' ? '' : pathOf(c.hostGoos).join(first, ...names);
}

/** cgo is on for the host itself, where Go supports it and a C compiler is at hand. */
function defaultCgo(c: DefaultContext): string {
  const [goos, goarch] = [c.get('GOOS'), c.get('GOARCH')];
  if (goos !== c.hostGoos || goarch !== c.hostGoarch || !cgoPlatforms.has(`${goos}/${goarch}`)) return '0';
  return c.os('CC') !== '' || findProgram(compiler(c), c.os, c.hostGoos) !== undefined ? '1' : '0';
}
