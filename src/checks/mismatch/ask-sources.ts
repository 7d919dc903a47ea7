/**
 * Asks every source for itself what it has of a module version: each entry of GOPROXY whatever stands between them, the checksum database,
 * the sum files, the module cache. Zips go into a folder of the caller's. Nothing is written to the module cache.
 */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hintOf, isSecurity, LogForkError, ModuleError, messageOf, TsgogetError } from '../../errors.js';
import { openFlags } from '../../files/read-file.js';
import type { Proxy, ProxyList } from '../../goproxy/index.js';
import { emptyGoModHash } from '../../gosum/index.js';
import type { Sink } from '../../http/index.js';
import type { ModCache } from '../../modcache/index.js';
import { goModKey, readOrigin } from '../../modfetch/index.js';
import { formatModuleVersion, type ModuleVersion, matchPrefixPatterns } from '../../module/index.js';
import { parseGoSumDb, type SumDb } from '../../sumdb/index.js';
import type { SumFile } from '../checkout.js';
import { type Copy, folderCopy, goModCopy, holdsTheSame, zipCopy } from './copies.js';
import type { Said, Source } from './sources.js';

export interface Surroundings {
  readonly env: { readonly GONOPROXY: string; readonly GONOSUMDB: string; readonly GOSUMDB: string };
  readonly proxies: ProxyList;
  readonly cache: ModCache;
  readonly sumdb: SumDb;
  readonly sumFiles: readonly SumFile[];
  readonly signal?: AbortSignal | undefined;
}

/** A source, and the copies that it has. */
export interface Asked {
  readonly source: Source;
  readonly goMod?: Copy | undefined;
  readonly zip?: Copy | undefined;
  /** Where the bytes of its zip lie, also those of a broken one. */
  readonly zipFile?: string | undefined;
}

/** Asks all of them; in the order log, sum files, GOPROXY, cache. Throws 'invalid-setting' for GOPROXY, and 'interrupted'. */
export async function askSources(module: ModuleVersion, around: Surroundings, dir: string): Promise<Asked[]> {
  const proxies = distinct(around.proxies.entries).filter((p) => p.url !== 'noproxy');
  const asked = await Promise.allSettled([
    askLog(module, around),
    Promise.resolve(readSumFiles(module, around.sumFiles)),
    ...proxies.map((proxy, i) => askProxy(module, proxy, join(dir, `${i}.zip`), around)),
    askCache(module, around),
  ]);
  // all have ended: nobody writes into the folder any more
  if (around.signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: around.signal.reason });
  return asked.flatMap((a) => {
    if (a.status === 'rejected') throw a.reason;
    return a.value;
  });
}

const distinct = (proxies: readonly Proxy[]) => [...new Map(proxies.map((p) => [p.url, p])).values()];

const maxReason = 300;

/** What an error says, in one line, without the module that every line is about. */
function reasonOf(error: unknown): string {
  const text = (error instanceof ModuleError ? error.reason : messageOf(error)).replace(/\s+/g, ' ').trim();
  return text.length > maxReason ? `${text.slice(0, maxReason)}…` : text;
}

const failed = (error: unknown): Said => ({ state: 'failed', reason: reasonOf(error) });

/** The answer of a copy, or what its absence or its fault is. */
async function say(read: () => Promise<Copy>): Promise<{ said: Said; copy?: Copy }> {
  try {
    const copy = await read();
    const { h1, lfHash, fault, bytes } = copy;
    return { said: { state: 'has', hashes: [h1], lfHash, fault, bytes }, copy };
  } catch (error) {
    const isAbsent = error instanceof TsgogetError && error.code === 'not-found';
    return { said: isAbsent ? { state: 'absent', reason: reasonOf(error) } : failed(error) };
  }
}

async function askLog(module: ModuleVersion, { env, sumdb }: Surroundings): Promise<Asked> {
  const name = sumdb.name === '' ? 'checksum database' : `checksum database ${sumdb.name}`;
  const all = (said: Said, record?: Source['record']): Asked => ({
    source: { kind: 'log', name, goMod: said, zip: said, record },
  });
  const reason = whyNotLog(module, env, sumdb);
  if (reason !== undefined) return all({ state: 'not-asked', reason });
  try {
    const { id, treeSize, lines } = await sumdb.lookup(module.path, module.version); // keeps nothing
    const of = (version: string): Said => {
      const hashes = [
        ...new Set(lines.filter((l) => l.version === version && l.hash.startsWith('h1:')).map((l) => l.hash)),
      ];
      return hashes.length > 0
        ? { state: 'has', hashes }
        : { state: 'absent', reason: `record ${id} has no such line` };
    };
    const [goMod, zip] = [of(goModKey(module.version)), of(module.version)];
    return { source: { kind: 'log', name, goMod, zip, record: { id, treeSize } } };
  } catch (error) {
    if (!isSecurity(error)) return all(failed(error));
    const fork = error instanceof LogForkError || (error as Partial<TsgogetError>).code === 'log-fork';
    return all({ state: 'refuted', reason: reasonOf(error), fork, hint: hintOf(error) });
  }
}

/** Why the log is not told the module's name. It is reached by way of the proxies, unless GOSUMDB says where it is. */
function whyNotLog({ path }: ModuleVersion, env: Surroundings['env'], sumdb: SumDb): string | undefined {
  const rule = sumdb.decide(path);
  if (rule === 'off') return 'GOSUMDB=off';
  if (rule === 'private') return 'GOPRIVATE or GONOSUMDB names the module';
  if (!matchPrefixPatterns(env.GONOPROXY, path)) return undefined;
  try {
    const config = parseGoSumDb(env.GOSUMDB);
    if (config !== 'off' && config.url !== undefined) return undefined;
  } catch {
    return undefined; // the look-up will say what is wrong with the setting
  }
  return 'it is reached through the proxies, from which GOPRIVATE or GONOPROXY keeps the name of the module';
}

/** The files that have a line of the module version; the first where none has. */
function readSumFiles(module: ModuleVersion, files: readonly SumFile[]): Asked[] {
  const read = files.map((file) => readSumFile(module, file));
  const found = read.filter(({ source }) => source.goMod.state === 'has' || source.zip.state === 'has');
  return found.length > 0 ? found : read.slice(0, 1);
}

function readSumFile({ path, version }: ModuleVersion, { name, lines }: SumFile): Asked {
  const keys = [version, goModKey(version)];
  const own = lines.filter(
    (l) => l.path === path && keys.includes(l.version) && l.hash.startsWith('h1:') && l.hash !== emptyGoModHash,
  );
  const of = (key: string): Said => {
    const hashes = [...new Set(own.filter((l) => l.version === key).map((l) => l.hash))];
    return hashes.length > 0 ? { state: 'has', hashes } : { state: 'absent', reason: 'no line' };
  };
  const numbers =
    own.length === 0
      ? ''
      : ` (line ${own
          .map((l) => l.line)
          .slice(0, maxShownLines)
          .join(', ')})`;
  return { source: { kind: 'sum-file', name: name + numbers, goMod: of(goModKey(version)), zip: of(version) } };
}

const maxShownLines = 6;

const wordsForNoProxy: Record<string, string> = {
  direct: 'version control is not supported',
  off: 'GOPROXY ends with off',
};

async function askProxy(module: ModuleVersion, proxy: Proxy, file: string, around: Surroundings): Promise<Asked> {
  const { path, version } = module;
  const isPrivate = matchPrefixPatterns(around.env.GONOPROXY, path);
  const reason =
    wordsForNoProxy[proxy.url] ?? (isPrivate ? 'GOPRIVATE or GONOPROXY keeps the module from it' : undefined);
  if (reason !== undefined) {
    const said: Said = { state: 'not-asked', reason };
    return { source: { kind: 'proxy', name: proxy.url, goMod: said, zip: said } };
  }
  const repo = proxy.repo(path);
  const [info, goMod, zip] = await Promise.all([
    repo.stat(version).then(
      ({ time, origin }) => ({ info: { time, origin: readOrigin(origin) } }),
      (error: unknown) => ({ infoProblem: reasonOf(error) }),
    ),
    say(async () => goModCopy(await repo.goMod(version), module)),
    repo
      .zip(version, () => openSink(file))
      .then(
        () => sayZip(file, module, around.signal),
        (error: unknown) => say(() => Promise.reject(error)),
      ),
  ]);
  const source: Source = { kind: 'proxy', name: proxy.url, goMod: goMod.said, zip: zip.said, ...info };
  return { source, goMod: goMod.copy, zip: zip.copy, zipFile: file };
}

/** Faults that a transfer leaves that was cut off or damaged, as the readers of zips tell them; names in them come before. */
const transferFaults = /(?:no end record\)|cut off\)|unexpected EOF|zip: checksum error|: flate: [^:/]*)$/;

/** The answer of a zip on disk. */
async function sayZip(
  file: string,
  module: ModuleVersion,
  signal: AbortSignal | undefined,
): Promise<{ said: Said; copy?: Copy }> {
  try {
    const copy = await zipCopy(file, module, signal);
    return await say(async () => copy);
  } catch (error) {
    const { code } = error as Partial<TsgogetError>;
    if (code !== 'invalid-zip' && code !== 'too-large') return { said: failed(error) };
    const { bytes, isZip } = await peek(file);
    const cutOff = isZip && transferFaults.test(messageOf(error));
    return { said: { state: 'broken', reason: reasonOf(error), cutOff, bytes } };
  }
}

/** The size of a file, and whether it begins as a zip does, or is empty. */
async function peek(file: string): Promise<{ bytes: number; isZip: boolean }> {
  const handle = await open(file, openFlags);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const isZip = Buffer.from('PK\x03\x04').subarray(0, bytesRead).equals(buffer.subarray(0, bytesRead));
    return { bytes: (await handle.stat()).size, isZip };
  } finally {
    await handle.close();
  }
}

/** Takes the bytes of one try into a file. */
async function openSink(file: string): Promise<Sink> {
  const handle = await open(file, 'w', 0o600);
  return {
    write: (chunk) => handle.appendFile(chunk),
    close: () => handle.close(),
    async abort() {
      await handle.close();
      await rm(file, { force: true });
    },
  };
}

/** The cache in its parts, which ought to agree: what was downloaded, the hash recorded of it, what was extracted. */
async function askCache(module: ModuleVersion, { cache, signal }: Surroundings): Promise<Asked[]> {
  const { path, version } = module;
  const nothing: Said = { state: 'absent', reason: 'not there' };
  const mod = await cache.readMod(path, version).then(
    (data) => (data === undefined ? { said: nothing } : say(async () => goModCopy(data, module))),
    (error: unknown) => ({ said: failed(error) }),
  );
  const zipFile = cache.file(path, version, 'zip');
  const zip = (await isThere(zipFile)) ? await sayZip(zipFile, module, signal) : { said: nothing };
  const copies = { goMod: 'copy' in mod ? mod.copy : undefined, zip: 'copy' in zip ? zip.copy : undefined, zipFile };
  const found: Asked[] = [
    { source: { kind: 'cache', name: 'module cache', goMod: mod.said, zip: zip.said }, ...copies },
  ];
  const recorded = await cache.readZipHash(path, version);
  if (recorded !== undefined) {
    const said: Said = { state: 'has', hashes: [recorded] };
    found.push({ source: { kind: 'cache', name: 'module cache, .ziphash', goMod: nothing, zip: said } });
  }
  const folder = await askFolder(module, cache, copies.zip);
  return folder === undefined ? found : [...found, folder];
}

const isThere = (file: string) =>
  open(file, openFlags).then(
    (handle) => handle.close().then(() => true),
    () => false,
  );

/** The extracted folder; undefined when there is none. */
async function askFolder(module: ModuleVersion, cache: ModCache, zip: Copy | undefined): Promise<Asked | undefined> {
  const of = (said: Said, copy?: Copy): Asked => ({
    source: { kind: 'cache', name: 'module cache, folder', goMod: { state: 'absent', reason: 'not there' }, zip: said },
    zip: copy,
  });
  try {
    const dir = await cache.moduleDir(module.path, module.version);
    if (dir === undefined) return undefined;
    const folder = await folderCopy(dir, await cache.hashDir(dir, formatModuleVersion(module)), module);
    const copy =
      zip !== undefined && holdsTheSame(folder, zip) ? { ...folder, h1: zip.h1, lfHash: zip.lfHash } : folder;
    const { said } = await say(async () => copy);
    return of(said, copy);
  } catch (error) {
    const { code } = error as Partial<TsgogetError>;
    if (code !== 'cache-modified') return of(failed(error));
    return of({ state: 'broken', reason: reasonOf(error), cutOff: false, bytes: 0 });
  }
}
