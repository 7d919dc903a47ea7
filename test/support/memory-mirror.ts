/**
 * Modules in memory, behind the ports that fetching goes through: proxies, a checksum database, a cache that keeps nothing.
 * No socket and no file: for tests of what is decided, in any order of arrival.
 */
import { hashGoMod } from '../../src/dirhash/index.js';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { ModuleError } from '../../src/errors.js';
import {
  type Proxy as ModuleProxy,
  type ProxyList,
  type Repo,
  type RevInfo,
  VersionList,
} from '../../src/goproxy/index.js';
import type { ModCache } from '../../src/modcache/index.js';
import { isPseudoVersion, semver } from '../../src/module/index.js';
import type { SumDb } from '../../src/sumdb/index.js';
import { createModuleZip, type SourceFile } from './module-zip-writer.js';

export interface MemoryModule {
  readonly path: string;
  readonly version: string;
  /** Otherwise a `module` line. */
  readonly goMod?: string;
  /** RFC 3339; otherwise 2020-01-02T03:04:05Z. '' for none. */
  readonly time?: string;
  /** Branches, tags and commits that are this version. */
  readonly revisions?: readonly string[];
  readonly origin?: object;
  /** The files of the zip besides go.mod. */
  readonly files?: readonly SourceFile[];
  /** An extracted folder, for the cache of `memoryCache`. */
  readonly dir?: string;
}

/** `path@version` as a module that requires others, of a Go version. */
export function moduleOf(name: string, go = '', requires: readonly string[] = [], more = ''): MemoryModule {
  const [path, version] = name.split('@') as [string, string];
  return { path, version, goMod: goModText(path, go, requires, more) };
}

/** A go.mod of `path` that requires `path@version` names. */
export function goModText(path: string, go = '', requires: readonly string[] = [], more = ''): string {
  const lines = requires.map((r) => `require ${r.replace('@', ' ')}\n`);
  return `module ${path}\n${go === '' ? '' : `\ngo ${go}\n`}${lines.join('')}${more}`;
}

export const goModBytes = (m: MemoryModule) => encodeUtf8(m.goMod ?? `module ${m.path}\n`);
export const goModHash = (m: MemoryModule) => hashGoMod(goModBytes(m));

/** A go.sum with the true hashes of the modules' go.mod files. */
export function goSumOf(modules: readonly MemoryModule[]): string {
  return modules.map((m) => `${m.path} ${m.version}/go.mod ${goModHash(m)}\n`).join('');
}

/** When an answer is given: the place to delay, reorder and fail. `what` is as 'example.com/a@v1.0.0.mod'. */
export type Deliver = <T>(what: string, answer: () => T) => Promise<T>;

export interface MemoryProxies extends ProxyList {
  /** What was asked for, in order. */
  readonly asked: string[];
}

const unasked = async () => Promise.reject(new Error('not of this test'));
const atOnce: Deliver = async (_what, answer) => answer();

/** One proxy that serves the modules. */
export function memoryProxies(modules: readonly MemoryModule[], deliver: Deliver = atOnce): MemoryProxies {
  const asked: string[] = [];
  const ask: Deliver = (what, answer) => {
    asked.push(what);
    return deliver(what, answer);
  };
  const repo = (path: string): Repo => {
    const own = modules.filter((m) => m.path === path);
    const tagged = own.filter((m) => !isPseudoVersion(m.version));
    const sorted = (list: readonly MemoryModule[]) => [...list].sort((a, b) => semver.compare(a.version, b.version));
    const missing = (version: string) => new ModuleError('not-found', { path, version }, 'not found: 404 Not Found');
    const find = (rev: string): MemoryModule => {
      const found = own.find((m) => m.version === rev || m.revisions?.includes(rev));
      if (found === undefined) throw missing(rev);
      return found;
    };
    const infoOf = (m: MemoryModule): RevInfo => ({
      version: m.version,
      ...(m.time !== '' && { time: m.time ?? '2020-01-02T03:04:05Z' }),
      ...(m.origin && { origin: m.origin }),
    });
    return {
      path,
      versions: (prefix) =>
        ask(`${path}@list`, () => {
          if (own.length === 0) throw missing('');
          return VersionList.of(sorted(tagged).map((m) => m.version)).startingWith(prefix);
        }),
      stat: (rev) => ask(`${path}@${rev}.info`, () => infoOf(find(rev))),
      latest: () =>
        ask(`${path}@latest`, () => {
          const newest =
            sorted(tagged).findLast((m) => semver.prerelease(m.version) === '') ??
            sorted(tagged).at(-1) ??
            sorted(own).at(-1);
          if (newest === undefined) throw missing('');
          return infoOf(newest);
        }),
      goMod: (version) => ask(`${path}@${version}.mod`, () => goModBytes(find(version))),
      zip: async (version, open) => {
        const bytes = await ask(`${path}@${version}.zip`, () => zipOf(find(version)));
        const sink = await open();
        await sink.write(bytes);
        await sink.close();
        return { bytes: bytes.length };
      },
    };
  };
  const proxy: ModuleProxy = {
    url: 'https://mirror.test',
    fallBackOnError: false,
    repo,
    get: async () => Promise.reject(new Error('only modules are here')),
  };
  return { asked, entries: [proxy], tryEach: async (ask) => ask(proxy) };
}

/** The zip of a module, with its go.mod. */
export function zipOf(m: MemoryModule): Buffer {
  return createModuleZip(m, [{ path: 'go.mod', data: goModBytes(m) }, ...(m.files ?? [])]);
}

export interface MemoryLog extends SumDb {
  /** The look-ups, `path@version`, and the hashes that were to be proven, `path@version[/go.mod] h1:…`. */
  readonly asked: string[];
}

/** A checksum database that vouches for everything that `refuse` lets pass. */
export function trustingLog(
  options: { decide?: SumDb['decide']; refuse?: (path: string, keyVersion: string) => unknown; deliver?: Deliver } = {},
): MemoryLog {
  const { deliver = atOnce } = options;
  const asked: string[] = [];
  return {
    asked,
    name: 'sum.test',
    decide: options.decide ?? (() => 'check'),
    lookup: (path, version) => {
      asked.push(`${path}@${version}`);
      return deliver(`lookup ${path}@${version}`, () => ({ id: 7, treeSize: 9, lines: [] }));
    },
    requireHash: (path, keyVersion, hash) => {
      asked.push(`${path}@${keyVersion} ${hash}`);
      return deliver(`prove ${path}@${keyVersion}`, () => {
        const error = options.refuse?.(path, keyVersion);
        if (error !== undefined) throw error;
      });
    },
    keep: async () => {},
    prove: unasked,
    openProof: unasked,
    trust: unasked,
    head: async () => ({ size: 9, hash: '', note: '' }),
    flush: async () => {},
    prepare: () => {},
  };
}

/** A cache in which nothing stays; the folders of `modules` are there as if extracted. */
export function memoryCache(modules: readonly MemoryModule[] = []): ModCache {
  const refuse = async () => Promise.reject(new Error('the cache in memory has no zips'));
  const dirOf = (path: string, version: string) => modules.find((m) => m.path === path && m.version === version)?.dir;
  return {
    dir: '/cache',
    downloadDir: '/cache/cache/download',
    file: (path, version, suffix) => `/cache/cache/download/${path}/@v/${version}.${suffix}`,
    readInfo: async () => undefined,
    writeInfo: async () => {},
    infoVersions: async () => [],
    readMod: async () => undefined,
    writeMod: async () => {},
    readZipHash: async () => `h1:${'A'.repeat(43)}=`,
    writeZipHash: async () => {},
    hasZip: async (path, version) => dirOf(path, version) !== undefined,
    beginZip: refuse,
    hashZip: refuse,
    readZip: refuse,
    hashDir: refuse,
    extract: refuse,
    moduleDir: async (path, version) => dirOf(path, version),
    readFolderFile: async () => undefined,
    clean: async () => {},
    sideLock: async () => async () => {},
  };
}
