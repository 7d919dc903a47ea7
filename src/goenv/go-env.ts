/**
 * The settings in effect: the environment, then the GOENV file, then $GOROOT/go.env, then the compiled-in defaults.
 * Read once at start-up and passed down; nothing else looks at the environment (go.dev/ref/mod#environment-variables).
 */
import { join, resolve } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { readWholeFile } from '../files/read-file.js';
import { isValidGo } from '../gover/go-version.js';
import { newestRelease } from '../gover/known-releases.js';
import { maxEnvFileBytes, parseEnvFile } from './env-file.js';
import { hostGoarch, hostGoos } from './platforms.js';
import {
  type DefaultContext,
  otherFileNames,
  pathOf,
  type Setting,
  type SettingName,
  settings,
  splitPathList,
  userDir,
} from './settings.js';

export interface GoEnvInput {
  /** The process environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** node's name of the architecture. */
  readonly arch?: string;
  /** Instead of $HOME (%USERPROFILE% on Windows). */
  readonly homeDir?: string;
  readonly cwd: string;
}

/** Every setting by its name, as a string; '' when nothing sets it. */
export interface GoEnv extends Readonly<Record<SettingName, string>> {
  /** The file of `go env -w`; '' with GOENV=off or when no folder for it is known. */
  readonly GOENV: string;
  /** The file that `go env -w` writes, which go does with GOENV=off too: then the usual one. '' when there is no folder for it. */
  readonly writtenEnvFile: string;
  readonly GOEXE: string;
  readonly GOHOSTARCH: string;
  readonly GOHOSTOS: string;
  /** `go` and `goVersion`. */
  readonly GOVERSION: string;
  /** The Go release that is followed, as '1.26.8'. */
  readonly goVersion: string;
  /** The raw environment, for what is not a setting of Go: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home folder; '' when unknown. */
  readonly home: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** The names whose value differs from what an empty environment would give (`go env -changed`). */
  readonly changed: ReadonlySet<string>;
  /** What the GOENV file and go.env set. */
  readonly fileValues: ReadonlyMap<string, string>;
  /** The effective value of a known name, or of any name that the GOENV file sets; '' otherwise. */
  get(name: string): string;
  /** Reports whether `get` and `go env -w` know the name. */
  knows(name: string): boolean;
}

/** Reads the settings. Never throws: what a command cannot live with is refused by `checkGoPath` and `checkModCache`. */
export function readGoEnv(input: GoEnvInput): GoEnv {
  const platform = input.platform ?? process.platform;
  const goos = hostGoos(platform);
  const os = osLookup(input.env, goos);
  const home = input.homeDir ?? os(goos === 'windows' ? 'USERPROFILE' : 'HOME');
  const values = new Map<string, string>();
  const table: Record<string, Setting> = settings;
  const context: DefaultContext = { os, home, hostGoos: goos, hostGoarch: hostGoarch(input.arch ?? process.arch), get };

  const usualEnvFile = userDir(context, 'config', 'go', 'env');
  const envFile = os('GOENV') === 'off' ? '' : os('GOENV') || usualEnvFile;
  const fileValues = parseEnvFile(readIfThere(envFile));
  const goroot = fileValues.get('GOROOT') || os('GOROOT');
  const gorootValues = goroot === '' ? new Map<string, string>() : readGoRoot(resolve(input.cwd, goroot));
  const fileOrGoroot = new Map([...gorootValues, ...fileValues]);
  if (goroot !== '') fileOrGoroot.set('GOROOT', pathOf(goos).normalize(goroot));

  const knows = (name: string) => Object.hasOwn(table, name) || otherFileNames.includes(name) || fileOrGoroot.has(name);

  function setting(name: string): string {
    return os(name) || (table[name]?.osOnly ? '' : (fileOrGoroot.get(name) ?? ''));
  }
  function defaultOf(name: string): string {
    const { default: value = '' } = Object.hasOwn(table, name) ? table[name]! : {};
    return typeof value === 'string' ? value : value(context);
  }
  function get(name: string): string {
    const known = values.get(name);
    if (known !== undefined) return known;
    if (!knows(name)) return '';
    let value = setting(name) || defaultOf(name);
    if (name === 'GOCACHE' && !pathOf(goos).isAbsolute(value)) value = 'off';
    values.set(name, value);
    return value;
  }

  const changed = new Set<string>();
  for (const [name, row] of Object.entries(table)) {
    const value = setting(name);
    // as in go, a GOPATH of the environment is the usual one
    const usual = (name === 'GOPATH' && os(name)) || (gorootValues.get(name) ?? defaultOf(name));
    if (name !== 'GOROOT' && value !== '' && value !== usual && value !== row.alsoDefault) changed.add(name);
  }
  if (envFile !== '' && os('GOENV') !== '') changed.add('GOENV');

  const goVersion = os('TSGOGET_GO_VERSION').replace(/^go/, '') || newestRelease;
  // a builder may add a name of its own, as in 1.21.0-custom
  if (!isValidGo(goVersion.replace(/[ -].*$/s, ''))) {
    const hint = `name a Go release, as ${newestRelease}`;
    throw new TsgogetError('invalid-setting', `TSGOGET_GO_VERSION: ${quoteGo(goVersion)} is no Go release`, { hint });
  }
  const fixed = {
    GOENV: envFile,
    GOEXE: get('GOOS') === 'windows' ? '.exe' : '',
    GOHOSTARCH: context.hostGoarch,
    GOHOSTOS: goos,
    GOVERSION: `go${goVersion}`,
  };
  for (const [name, value] of Object.entries(fixed)) values.set(name, value);
  const named = Object.fromEntries(Object.keys(table).map((name) => [name, get(name)])) as Record<SettingName, string>;
  return {
    ...named,
    ...fixed,
    goVersion,
    writtenEnvFile: envFile || usualEnvFile,
    env: input.env,
    home,
    cwd: input.cwd,
    platform,
    changed,
    fileValues: fileOrGoroot,
    get,
    knows: (name) => knows(name) || Object.hasOwn(fixed, name),
  };
}

/** A variable of an environment; '' when unset. Windows does not tell names apart by case. */
export function osLookup(env: GoEnvInput['env'], goos: string): (name: string) => string {
  if (goos !== 'windows') return (name) => (Object.hasOwn(env, name) ? (env[name] ?? '') : '');
  const folded = new Map(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value ?? '']));
  return (name) => folded.get(name.toUpperCase()) ?? '';
}

const readGoRoot = (dir: string) => parseEnvFile(readIfThere(join(dir, 'go.env')));

/** A file that cannot be read sets nothing, as in go: a broken file must not make the command unusable. */
function readIfThere(file: string): string {
  if (file === '') return '';
  try {
    return readWholeFile(file, maxEnvFileBytes)?.toString() ?? '';
  } catch {
    return '';
  }
}

/** Throws 'invalid-setting' when an entry of GOPATH is relative or begins with `~`. */
export function checkGoPath(env: GoEnv): void {
  const isSet = env.get('GOPATH') !== '' && (env.env.GOPATH ?? env.fileValues.get('GOPATH') ?? '') !== '';
  for (const entry of splitPathList(env.GOPATH, env.GOHOSTOS)) {
    if (entry === '') continue;
    if (entry.startsWith('~')) {
      throw invalid(`GOPATH entry cannot start with shell metacharacter '~': ${quoteGo(entry)}`);
    }
    if (isSet && !pathOf(env.GOHOSTOS).isAbsolute(entry)) {
      throw invalid(
        `GOPATH entry is relative; must be absolute path: ${quoteGo(entry)}.\nFor more details see: 'go help gopath'`,
      );
    }
  }
}

/** Throws 'invalid-setting' when there is no usable folder for the module cache. */
export function checkModCache(env: GoEnv): void {
  if (env.GOMODCACHE === '') throw invalid('module cache not found: neither GOMODCACHE nor GOPATH is set');
  if (!pathOf(env.GOHOSTOS).isAbsolute(env.GOMODCACHE)) {
    throw invalid(`GOMODCACHE entry is relative; must be absolute path: ${quoteGo(env.GOMODCACHE)}.`);
  }
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
