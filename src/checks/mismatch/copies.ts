/**
 * Copies of a module's files, unproven: a go.mod, a zip, an extracted folder. Each is hashed file by file where it lies, by the readers that
 * the module cache uses, and read again only for the files that a comparison asks for. Nothing is extracted.
 */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { hash1OfSums } from '../../dirhash/index.js';
import { contentKind } from '../../encoding/content-kind.js';
import { createSha256, sha256Hex } from '../../encoding/sha256.js';
import { messageOf } from '../../errors.js';
import { readExistingFile } from '../../files/read-file.js';
import { modulePath } from '../../modfile/index.js';
import { formatModuleVersion, type ModuleVersion } from '../../module/index.js';
import { maxZipBytes } from '../../modzip/index.js';
import { checkOpenZip } from '../../zipfile/extract-zip.js';
import { hashOpenZip, withZip } from '../../zipfile/hash-zip.js';
import { readContents, type Visit } from '../../zipfile/zip-content.js';

export interface FileSum {
  /** In bytes. */
  readonly size: number;
  readonly sum: string;
  /** With LF for every CRLF; that of the file itself where it is binary. */
  readonly lfSum: string;
}

export interface Copy {
  readonly h1: string;
  /** With LF for every CRLF. */
  readonly lfHash: string;
  /** Of the file; of a folder all its files together. */
  readonly bytes: number;
  /** By name, without `path@version/`. */
  readonly files: ReadonlyMap<string, FileSum>;
  /** Which rule of modules it breaks. */
  readonly fault?: string | undefined;
  /** The contents of those files that are small enough to be compared as text. */
  read(names: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Larger files are compared by their hashes alone. */
const maxTextBytes = 1 << 20;
/** All contents of one copy that are held at a time. */
const maxHeldBytes = 64 << 20;

/** A go.mod file. */
export function goModCopy(data: Uint8Array, { path }: ModuleVersion): Copy {
  const file = sumOf(data);
  const kind = contentKind(data);
  return {
    h1: hash1OfSums([['go.mod', file.sum]]),
    lfHash: hash1OfSums([['go.mod', file.lfSum]]),
    bytes: data.length,
    files: new Map([['go.mod', file]]),
    fault:
      modulePath(data) === path
        ? undefined
        : `its module line does not name ${path}${kind === undefined ? '' : `: it is ${kind}`}`,
    read: async () => new Map(data.length <= maxTextBytes ? [['go.mod', data]] : []),
  };
}

/** A zip file. Throws 'invalid-zip', 'too-large', 'cache', 'interrupted'. */
export async function zipCopy(file: string, module: ModuleVersion, signal?: AbortSignal): Promise<Copy> {
  const prefix = `${formatModuleVersion(module)}/`;
  return withZip(file, async (zip) => {
    const isPrefixed = zip.entries.every(({ name }) => name.startsWith(prefix));
    const shown = (name: string) => (isPrefixed ? name.slice(prefix.length) || './' : name);
    const h1 = await hashOpenZip(zip, signal);
    const sums: [string, FileSum][] = [];
    const add = (name: string, sum: FileSum) => void sums.push([name, sum]);
    const visit: Visit = ({ name }, content) =>
      content instanceof Uint8Array ? add(name, sumOf(content)) : sumOfParts(content).then((sum) => add(name, sum));
    await readContents(zip, visit, signal);
    return {
      h1,
      lfHash: hash1OfSums(sums.map(([name, { lfSum }]) => [name, lfSum])),
      bytes: zip.bytes,
      files: new Map(sums.map(([name, sum]) => [shown(name), sum])),
      fault: faultOf(() => checkOpenZip(zip, module)),
      read: (names) => readZipFiles(file, (name) => names.has(shown(name)), shown, signal),
    };
  });
}

async function readZipFiles(
  file: string,
  wants: (name: string) => boolean,
  shown: (name: string) => string,
  signal: AbortSignal | undefined,
): Promise<Map<string, Uint8Array>> {
  const held = new Held();
  await withZip(file, (zip) =>
    readContents(
      zip,
      ({ name, size }, content) => {
        if (wants(name) && content instanceof Uint8Array && held.hasRoom(size)) held.add(shown(name), content);
      },
      signal,
    ),
  );
  return held.files;
}

/** An extracted folder, of which `h1` is the hash. Throws what reading throws. */
export async function folderCopy(dir: string, h1: string, module: ModuleVersion): Promise<Copy> {
  const files = new Map<string, FileSum>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(relative(dir, file).split(sep).join('/'), sumOf(readExistingFile(file, maxZipBytes)));
  }
  const prefix = `${formatModuleVersion(module)}/`;
  return {
    h1,
    lfHash: hash1OfSums([...files].map(([name, { lfSum }]) => [prefix + name, lfSum])),
    bytes: [...files.values()].reduce((sum, { size }) => sum + size, 0),
    files,
    async read(names) {
      const held = new Held();
      for (const name of names) {
        const file = join(dir, ...name.split('/'));
        const size = files.get(name)?.size;
        if (size !== undefined && held.hasRoom(size)) held.add(name, readExistingFile(file, maxTextBytes));
      }
      return held.files;
    },
  };
}

/** Reports whether a folder holds the files of a zip; a zip may have entries for folders besides. */
export function holdsTheSame(folder: Copy, zip: Copy): boolean {
  const files = [...zip.files].filter(([name]) => !name.endsWith('/'));
  return files.length === folder.files.size && files.every(([name, { sum }]) => folder.files.get(name)?.sum === sum);
}

/** Contents in memory, of a bounded size. */
class Held {
  readonly files = new Map<string, Uint8Array>();
  #bytes = 0;

  hasRoom(size: number): boolean {
    return size <= maxTextBytes && this.#bytes + size <= maxHeldBytes;
  }

  /** Keeps a copy: what a zip's reader hands out is lent. */
  add(name: string, content: Uint8Array): void {
    this.#bytes += content.length;
    this.files.set(name, Uint8Array.from(content));
  }
}

function faultOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const cr = 0x0d;
const lf = 0x0a;
/** As far as git looks for a NUL to tell a binary file. */
const sniffedBytes = 8000;

const isBinary = (start: Uint8Array) => start.subarray(0, sniffedBytes).includes(0);

const dropReturns = (content: Uint8Array) =>
  content.includes(cr) ? content.filter((byte, i) => byte !== cr || content[i + 1] !== lf) : content;

/** A text without the CR of each CRLF; what is binary stays as it is. */
export function withLineFeeds(content: Uint8Array): Uint8Array {
  return isBinary(content) ? content : dropReturns(content);
}

function sumOf(content: Uint8Array): FileSum {
  const sum = sha256Hex(content);
  const plain = withLineFeeds(content);
  return { size: content.length, sum, lfSum: plain === content ? sum : sha256Hex(plain) };
}

/** The same of a content that comes in parts. A CR at the end of a part waits for what follows it. */
async function sumOfParts(contents: AsyncIterable<Uint8Array>): Promise<FileSum> {
  const raw = createSha256();
  const plain = createSha256();
  const carriageReturn = Uint8Array.of(cr);
  let size = 0;
  let binary = false;
  let waits = false;
  for await (const part of contents) {
    if (part.length === 0) continue;
    if (size === 0) binary = isBinary(part);
    size += part.length;
    raw.update(part);
    if (waits && part[0] !== lf) plain.update(carriageReturn);
    waits = !binary && part.at(-1) === cr;
    plain.update(binary ? part : dropReturns(waits ? part.subarray(0, -1) : part));
  }
  if (waits) plain.update(carriageReturn);
  const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex');
  return { size, sum: hex(raw.digest()), lfSum: hex(plain.digest()) };
}
