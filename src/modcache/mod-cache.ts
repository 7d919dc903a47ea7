/**
 * The module cache, in the go command's layout and under its locks, so that both can use one cache at the same moment
 * (go.dev/ref/mod#module-cache). Nothing here is verified: the caller checks every hash before it commits.
 */
import { existsSync, lstatSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { isH1 } from '../dirhash/index.js';
import { quoteGo } from '../encoding/quote-go.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { type FileLock, lockFile } from '../filelock/index.js';
import { makeFolderOf, writeFileAtomic } from '../files/atomic-file.js';
import { cacheError, isAbsent } from '../files/cache-error.js';
import { hashDir, namesIn, removeTree } from '../files/folder.js';
import { readWholeFile, UnreadableFileError } from '../files/read-file.js';
import { canonicalVersion, escapePath, escapeVersion, unescapeVersion } from '../module/index.js';
import { errorOf } from '../zipfile/error-text.js';
import { withZip } from '../zipfile/hash-zip.js';
import { readContents } from '../zipfile/zip-content.js';
import { runZipJob } from '../zipfile/zip-threads.js';
import { rewriteVersionList } from './version-list.js';
import { createZipDownload, type ZipDownload } from './zip-download.js';

/** The files that the cache keeps of a module version. */
export type CacheSuffix = 'info' | 'mod' | 'zip' | 'ziphash' | 'lock' | 'partial';

export interface ModCacheOptions {
  /** GOMODCACHE, absolute. */
  readonly dir: string;
  /** Leaves extracted folders writable (-modcacherw). */
  readonly modcacherw: boolean;
  /** Ends every wait; what waits throws 'interrupted'. */
  readonly signal?: AbortSignal | undefined;
}

/** Takes an entry of a zip. */
export type ZipVisit = (name: string, content: Uint8Array | AsyncIterable<Uint8Array>) => void | Promise<void>;

/**
 * Every method that takes a path and a version throws 'invalid-path' or 'invalid-version' for those that cannot be in a cache,
 * 'cache' when the disk fails and 'interrupted' when the signal fires.
 */
export interface ModCache {
  readonly dir: string;
  readonly downloadDir: string;
  /** The name of a file, whether or not it exists. */
  file(path: string, version: string, suffix: CacheSuffix): string;
  /** undefined when it is not there, or empty or filled with zeros, as a crash can leave it. */
  readInfo(path: string, version: string): Promise<Uint8Array | undefined>;
  writeInfo(path: string, version: string, data: Uint8Array): Promise<void>;
  /** The canonical versions that have an .info file. */
  infoVersions(path: string): Promise<string[]>;
  /** undefined as for `readInfo`, and for what Go 1.10's vgo made up. Throws 'too-large' for more than `maxBytes`. */
  readMod(path: string, version: string, maxBytes?: number): Promise<Uint8Array | undefined>;
  /** Also brings the list of versions up to date. */
  writeMod(path: string, version: string, data: Uint8Array): Promise<void>;
  /** The recorded h1: hash of the zip; undefined when there is none that is whole. */
  readZipHash(path: string, version: string): Promise<string | undefined>;
  writeZipHash(path: string, version: string, h1: string): Promise<void>;
  /** Whether the zip and its recorded hash are there. */
  hasZip(path: string, version: string): Promise<boolean>;
  /** Locks the version and starts its download; undefined when another task or process has completed it meanwhile. */
  beginZip(path: string, version: string): Promise<ZipDownload | undefined>;
  /** The h1: hash of a zip file, from its contents. Throws 'invalid-zip', 'too-large'. */
  hashZip(file: string): Promise<string>;
  /**
   * Reads a zip file in one pass: every entry with its content, whole or in parts, lent until `visit` returns. Folders end in a slash.
   * Throws 'invalid-zip', 'too-large', and what `visit` throws.
   */
  readZip(file: string, visit: ZipVisit): Promise<void>;
  /** The h1: hash of a folder, its files' names behind `prefix` ('path@version'). Throws 'cache-modified' for links and the like. */
  hashDir(dir: string, prefix: string): Promise<string>;
  /** The module's folder, extracted from the cached zip unless it is complete. Throws 'invalid-zip', 'too-large'. */
  extract(path: string, version: string): Promise<string>;
  /** The module's folder, if it was extracted completely. */
  moduleDir(path: string, version: string): Promise<string | undefined>;
  /** A file of an extracted folder; undefined when it is not there. `name` must not come from outside. */
  readFolderFile(dir: string, name: string): Promise<Uint8Array | undefined>;
  /** Removes the whole cache, as `go clean -modcache` does. */
  clean(): Promise<void>;
  /** The lock that guarded go.sum edits in Go before 1.13, and that go still takes for them; the result unlocks. */
  sideLock(): Promise<() => Promise<void>>;
}

const vgoPrefix = encodeUtf8('//vgo 0.0.');

/** Opens the module cache; folders are made when something is written. Throws 'invalid-setting' for a relative folder. */
export function createModCache({ dir, modcacherw, signal }: ModCacheOptions): ModCache {
  if (!isAbsolute(dir)) {
    const words =
      dir === ''
        ? 'module cache not found: neither GOMODCACHE nor GOPATH is set'
        : `GOMODCACHE entry is relative; must be absolute path: ${quoteGo(dir)}.`;
    throw new TsgogetError('invalid-setting', words);
  }
  const downloadDir = join(dir, 'cache', 'download');
  const versionsDirs = new Map<string, string>();
  const versionsDir = (path: string): string => {
    const folder = versionsDirs.get(path) ?? join(downloadDir, escapePath(path), '@v');
    versionsDirs.set(path, folder);
    return folder;
  };
  const file = (path: string, version: string, suffix: CacheSuffix) =>
    `${versionsDir(path)}${sep}${escapeCanonical(version)}.${suffix}`;
  const folderOf = (path: string, version: string) => join(dir, `${escapePath(path)}@${escapeCanonical(version)}`);

  const lockVersion = async (path: string, version: string): Promise<FileLock> => {
    const name = file(path, version, 'lock');
    makeFolderOf(name);
    return lockCacheFile(name, signal);
  };

  const readZipHash = async (path: string, version: string): Promise<string | undefined> => {
    const text = readCached(file(path, version, 'ziphash'))
      ?.toString('latin1')
      .trim();
    return text !== undefined && isH1(text) ? text : undefined;
  };

  const moduleDir = (path: string, version: string): string | undefined => {
    const folder = folderOf(path, version);
    const found = lstatIfThere(folder);
    if (found?.isSymbolicLink()) {
      const hint = 'remove the link: the go command would take what it points to for the module';
      throw new TsgogetError('cache', `${folder}: is a symbolic link`, { hint });
    }
    const isComplete =
      found?.isDirectory() &&
      lstatIfThere(file(path, version, 'partial')) === undefined &&
      lstatIfThere(file(path, version, 'ziphash')) !== undefined;
    return isComplete ? folder : undefined;
  };

  return {
    dir,
    downloadDir,
    file,
    readInfo: async (path, version) => readIntact(file(path, version, 'info')),
    writeInfo: async (path, version, data) => writeFileAtomic(file(path, version, 'info'), data),
    infoVersions: async (path) => listInfoVersions(versionsDir(path)),

    async readMod(path, version, maxBytes) {
      const data = readIntact(file(path, version, 'mod'), maxBytes);
      return data?.subarray(0, vgoPrefix.length).equals(vgoPrefix) ? undefined : data;
    },

    async writeMod(path, version, data) {
      await writeFileAtomic(file(path, version, 'mod'), data);
      await rewriteVersionList(versionsDir(path), signal);
    },

    readZipHash,

    async writeZipHash(path, version, h1) {
      const lock = await lockVersion(path, version);
      try {
        await writeFileAtomic(file(path, version, 'ziphash'), encodeUtf8(h1));
      } finally {
        await lock.release();
      }
    },

    hasZip: async (path, version) =>
      existsSync(file(path, version, 'zip')) && existsSync(file(path, version, 'ziphash')),

    async beginZip(path, version) {
      const zipFile = file(path, version, 'zip');
      const lock = await lockVersion(path, version);
      try {
        const zipExists = existsSync(zipFile);
        if (!zipExists || !existsSync(`${zipFile}hash`)) {
          removeOldTemps(zipFile);
          return createZipDownload({ module: { path, version }, zipFile, zipExists, lock, signal });
        }
      } catch (error) {
        await lock.release();
        throw error;
      }
      await lock.release();
      return undefined;
    },

    async hashZip(name) {
      const { h1, fault } = await runZipJob({ task: 'hash', file: name, module: undefined }, signal);
      if (fault !== undefined) throw errorOf(fault, undefined);
      return h1;
    },
    readZip: (name, visit) =>
      withZip(name, (zip) => readContents(zip, ({ name }, content) => visit(name, content), signal)),
    hashDir: (folder, prefix) => hashDir(folder, prefix, signal),
    moduleDir: async (path, version) => moduleDir(path, version),
    readFolderFile: async (folder, name) => readCached(join(folder, name)),

    async extract(path, version) {
      const complete = moduleDir(path, version);
      if (complete !== undefined) return complete;
      const lock = await lockVersion(path, version);
      try {
        const meanwhile = moduleDir(path, version);
        if (meanwhile !== undefined) return meanwhile;
        const folder = folderOf(path, version);
        const [zip, partial] = [file(path, version, 'zip'), file(path, version, 'partial')];
        const [h1, module] = [await readZipHash(path, version), { path, version }];
        await runZipJob({ task: 'extract', file: zip, h1, module, folder, partial, modcacherw }, signal);
        return folder;
      } finally {
        await lock.release();
      }
    },

    clean: () => removeTree(dir),

    async sideLock() {
      const name = join(dir, 'cache', 'lock');
      makeFolderOf(name);
      return (await lockCacheFile(name, signal)).release;
    },
  };
}

function escapeCanonical(version: string): string {
  if (version === '' || canonicalVersion(version) !== version) {
    throw new TsgogetError('invalid-version', `non-canonical module version ${quoteGo(version)}`);
  }
  return escapeVersion(version);
}

async function lockCacheFile(name: string, signal: AbortSignal | undefined): Promise<FileLock> {
  try {
    return await lockFile(name, { exclusive: true, followLinks: false, signal });
  } catch (error) {
    throw cacheError(error, 'open', name);
  }
}

function lstatIfThere(name: string): Stats | undefined {
  try {
    return lstatSync(name);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cacheError(error, 'stat', name);
  }
}

/** Larger files are refused. */
const maxFileBytes = 2 ** 28;

function readCached(name: string, maxBytes = maxFileBytes): Buffer | undefined {
  try {
    return readWholeFile(name, maxBytes);
  } catch (error) {
    if (maxBytes < maxFileBytes && error instanceof UnreadableFileError && error.code === 'EFBIG') {
      throw new TsgogetError('too-large', error.message);
    }
    throw cacheError(error, 'read', name);
  }
}

function readIntact(name: string, maxBytes?: number): Buffer | undefined {
  const data = readCached(name, maxBytes);
  return data === undefined || data.length === 0 || data.at(-1) === 0 ? undefined : data;
}

function listInfoVersions(folder: string): string[] {
  const found: string[] = [];
  for (const name of namesIn(folder)) {
    if (!name.endsWith('.info')) continue;
    try {
      const version = unescapeVersion(name.slice(0, -'.info'.length));
      if (version !== '' && canonicalVersion(version) === version) found.push(version);
    } catch {} // not a file of ours
  }
  return found;
}

/** What a crashed process left; nobody is writing it, since we have the lock. */
function removeOldTemps(zip: string): void {
  const isTemp = (name: string) => name.startsWith(basename(zip)) && name.endsWith('.tmp');
  for (const name of namesIn(dirname(zip)).filter(isTemp)) rmSync(join(dirname(zip), name), { force: true });
}
