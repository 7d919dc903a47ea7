/** Asks those who have copies of a module version: an entry of GOPROXY, the module cache. Nothing is written to the cache. */
import { open, rm } from 'node:fs/promises';
import { contentKind } from '../../encoding/content-kind.js';
import { messageOf, TsgogetError } from '../../errors.js';
import { openFlags } from '../../files/read-file.js';
import type { Proxy } from '../../goproxy/index.js';
import type { Sink } from '../../http/index.js';
import type { ModCache } from '../../modcache/index.js';
import { readOrigin } from '../../modfetch/index.js';
import { formatModuleVersion, type ModuleVersion, matchPrefixPatterns } from '../../module/index.js';
import { type Copy, folderCopy, goModCopy, holdsTheSame, zipCopy } from './copies.js';
import { failedBy, reasonOf, type Said, type Source } from './sources.js';

export interface CopySurroundings {
  readonly env: { readonly GONOPROXY: string };
  readonly cache: ModCache;
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

const wordsForNoProxy: Record<string, string> = {
  direct: 'version control is not supported',
  off: 'GOPROXY ends with off',
};

/** What an entry of GOPROXY serves. Its zip goes into a file. */
export async function askProxy(
  module: ModuleVersion,
  proxy: Proxy,
  file: string,
  { env, signal }: CopySurroundings,
): Promise<Asked> {
  const { path, version } = module;
  const isPrivate = matchPrefixPatterns(env.GONOPROXY, path);
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
        () => sayZip(file, module, signal),
        (error: unknown) => say(() => Promise.reject(error)),
      ),
  ]);
  const source: Source = { kind: 'proxy', name: proxy.url, goMod: goMod.said, zip: zip.said, ...info };
  return { source, goMod: goMod.copy, zip: zip.copy, zipFile: file };
}

/** The cache in its parts, which ought to agree: what was downloaded, the hash recorded of it, what was extracted. */
export async function askCache(module: ModuleVersion, { cache, signal }: CopySurroundings): Promise<Asked[]> {
  const { path, version } = module;
  const nothing: Said = { state: 'absent', reason: 'not there' };
  const mod = await cache.readMod(path, version).then(
    (data) => (data === undefined ? { said: nothing } : say(async () => goModCopy(data, module))),
    (error: unknown) => ({ said: failedBy(error) }),
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
    if (code !== 'cache-modified') return of(failedBy(error));
    return of({ state: 'broken', reason: reasonOf(error), cutOff: false, bytes: 0 });
  }
}

/** The answer of a copy, or what its absence or its fault is. */
async function say(read: () => Promise<Copy>): Promise<{ said: Said; copy?: Copy }> {
  try {
    const copy = await read();
    const { h1, lfHash, fault, bytes } = copy;
    return { said: { state: 'has', hashes: [h1], lfHash, fault, bytes }, copy };
  } catch (error) {
    const isAbsent = error instanceof TsgogetError && error.code === 'not-found';
    return { said: isAbsent ? { state: 'absent', reason: reasonOf(error) } : failedBy(error) };
  }
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
    if (code !== 'invalid-zip' && code !== 'too-large') return { said: failedBy(error) };
    const { bytes, isZip, kind } = await peek(file);
    const cutOff = isZip && transferFaults.test(messageOf(error));
    const reason = isZip || kind === undefined ? reasonOf(error) : `${reasonOf(error)}: it is ${kind}`;
    return { said: { state: 'broken', reason, cutOff, bytes } };
  }
}

/** The size of a file, whether it begins as a zip does, or is empty, and what else it is. */
async function peek(file: string): Promise<{ bytes: number; isZip: boolean; kind: string | undefined }> {
  const handle = await open(file, openFlags);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
    const head = buffer.subarray(0, bytesRead);
    const isZip = Buffer.from('PK\x03\x04').subarray(0, bytesRead).equals(head.subarray(0, 4));
    return { bytes: (await handle.stat()).size, isZip, kind: contentKind(head) };
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
