/** The files of one module, each with its hash, from its proven zip or from the folder that replaces it: what vendor/ is held against. */
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hash1OfSums } from '../dirhash/index.js';
import { createSha256, sha256Hex } from '../encoding/sha256.js';
import { ChecksumMismatchError, TsgogetError } from '../errors.js';
import { openToRead, readExistingFile } from '../files/read-file.js';
import type { Proof } from '../modfetch/index.js';
import { type ModuleVersion, nameOf } from '../module/index.js';
import type { Session } from '../resolve/index.js';
import { embedDirective, type GoSource, maxSourceBytes, readGoSource, readLargeGoSource } from './go-source.js';

export interface ContentFile {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** With every CRLF made LF, where there is one. */
  readonly lfSha256?: string | undefined;
  /** Of a Go file in a folder that was asked for. */
  readonly source?: GoSource | undefined;
}

export interface ModuleContent {
  /** By name, from the module's root. Of a folder only what was asked for is listed. */
  readonly files: ReadonlyMap<string, ContentFile>;
  readonly goMod: Uint8Array | undefined;
  /** Of the zip; nothing proves a folder. */
  readonly proof?: Proof;
}

type Content = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Reads a module's zip, which the fetcher has proven, and hashes every byte of it again: a zip and the hash beside it may both have
 * been changed in the cache. `folders` are those whose Go files are to be understood.
 * Throws what the fetcher throws, ChecksumMismatchError when the zip is not what go.sum or the log vouches for.
 */
export async function readProvenZip(
  session: Session,
  module: ModuleVersion,
  folders: ReadonlySet<string>,
): Promise<ModuleContent> {
  const { fetcher } = session;
  const { path, version } = module;
  const { file: zip, proof } = await fetcher.zip(module);
  const prefix = `${path}@${version}/`;
  const files = new Map<string, ContentFile>();
  const sums: [string, string][] = [];
  let goMod: Uint8Array | undefined;
  await fetcher.options.cache.readZip(zip, async (entry, content) => {
    const name = entry.slice(prefix.length);
    const file = await hashContent(name, content, folders, (data) => {
      if (name === 'go.mod') goMod = Buffer.from(data);
    });
    sums.push([entry, file.sha256]);
    if (entry.endsWith('/')) return;
    if (!entry.startsWith(prefix) || files.has(name)) {
      throw new TsgogetError('invalid-zip', `${nameOf(module)}: ${entry} does not belong in its zip, or comes twice`);
    }
    files.set(name, file);
  });
  const got = hash1OfSums(sums);
  if (!fetcher.sums.check(path, version, got)) {
    const words = `verifying ${nameOf(module)}: the cached zip is not the one that was proven`;
    throw new ChecksumMismatchError(words, {
      want: fetcher.sums.recorded(path, version) ?? '',
      got,
      from: 'module cache',
    });
  }
  return { files, goMod, proof };
}

/** Reads the folders that were asked for, those above them, and all below one whose Go files embed something. Nothing proves it. */
export async function readReplacingFolder(
  session: Session,
  module: ModuleVersion,
  folders: ReadonlySet<string>,
): Promise<ModuleContent> {
  const root = resolve(session.main.replaceBase, module.path);
  const files = new Map<string, ContentFile>();
  const seen = new Set<string>();
  let goMod: Uint8Array | undefined;
  const readFolder = async (folder: string, isDeep: boolean): Promise<void> => {
    const entries: Dirent[] = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && isDeep) await readFolder(name, true);
      if (!entry.isFile() || files.has(name)) continue;
      const file = join(root, name);
      const isLarge = (await stat(file)).size > maxSourceBytes;
      const content = isLarge ? streamOf(file) : readExistingFile(file, maxSourceBytes);
      const use = (data: Uint8Array) => {
        if (name === 'go.mod') goMod = data;
      };
      files.set(name, await hashContent(name, content, folders, use));
    }
  };
  for (const folder of folders) {
    for (let at: string | undefined = folder; at !== undefined && !seen.has(at); at = parentOf(at)) {
      seen.add(at);
      await readFolder(at, false);
    }
  }
  for (const folder of folders) {
    const embeds = [...files].some(([name, f]) => folderOf(name) === folder && (f.source?.embeds.length ?? 0) > 0);
    if (embeds) await readFolder(folder, true);
  }
  return { files, goMod };
}

export const folderOf = (name: string) => name.slice(0, Math.max(name.lastIndexOf('/'), 0));
const parentOf = (folder: string) => (folder === '' ? undefined : folderOf(folder));

async function hashContent(
  name: string,
  content: Content,
  folders: ReadonlySet<string>,
  use: (data: Uint8Array) => void,
): Promise<ContentFile> {
  const isGo = name.endsWith('.go') && folders.has(folderOf(name));
  if (!(content instanceof Uint8Array)) {
    const keeps = isGo || name === 'go.mod';
    const parts: Uint8Array[] = [];
    let bytes = 0;
    let mayEmbed = false;
    let end = '';
    const sha256 = await hashParts(content, (part) => {
      if (keeps && bytes < maxSourceBytes) parts.push(Uint8Array.from(part.subarray(0, maxSourceBytes - bytes)));
      bytes += part.length;
      if (!isGo || mayEmbed) return;
      const text = end + Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
      mayEmbed = text.includes(embedDirective);
      end = text.slice(1 - embedDirective.length);
    });
    if (!keeps) return { bytes, sha256 };
    const beginning = Buffer.concat(parts);
    const isWhole = bytes <= maxSourceBytes;
    if (isWhole) use(beginning);
    if (!isGo) return { bytes, sha256 };
    return { bytes, sha256, source: isWhole ? readGoSource(beginning) : readLargeGoSource(beginning, mayEmbed) };
  }
  use(content);
  return {
    bytes: content.length,
    sha256: sha256Hex(content),
    lfSha256: lfSha256(content),
    source: isGo ? readGoSource(content) : undefined,
  };
}

async function hashParts(parts: AsyncIterable<Uint8Array>, use: (part: Uint8Array) => void): Promise<string> {
  const hash = createSha256();
  for await (const part of parts) {
    hash.update(part);
    use(part);
  }
  return Buffer.from(hash.digest()).toString('hex');
}

const streamOf = (file: string) => createReadStream('', { fd: openToRead(file) });

/** The SHA-256 of a file of any size. */
export const hashFile = (file: string): Promise<string> => hashParts(streamOf(file), () => {});

/** The SHA-256 of the content with every CRLF made LF; undefined where there is none. */
export function lfSha256(content: Uint8Array): string | undefined {
  const data = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!data.includes('\r\n')) return undefined;
  return sha256Hex(Buffer.from(data.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'));
}
