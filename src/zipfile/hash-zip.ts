/** The h1: hash of a zip on disk, in one pass over the file. */
import { hash1OfSums } from '../dirhash/index.js';
import { quoteGo } from '../encoding/quote-go.js';
import { createSha256, sha256Hex } from '../encoding/sha256.js';
import { TsgogetError } from '../errors.js';
import type { Keeping } from './kept-contents.js';
import { type ModuleZip, openModuleZip, type ZipEntry } from './module-zip.js';
import { readContents, type Stop } from './zip-content.js';

/** A file that comes twice in a zip; undefined where there is none. */
export function fileNamedTwice(zip: ModuleZip): string | undefined {
  const names = new Set<string>();
  for (const { name } of zip.entries) {
    if (names.has(name) && !name.endsWith('/')) return name;
    names.add(name);
  }
  return undefined;
}

/** The refusal of a zip with a file that comes twice: which of the two a reader takes is anyone's guess. */
export const namedTwice = (name: string) =>
  new TsgogetError('invalid-zip', `multiple entries for file ${quoteGo(name)}`);

/** The h1: hash of an open zip. Throws as `hashAsGo` does, and 'invalid-zip' for a file that comes twice. */
export async function hashOpenZip(zip: ModuleZip, stop?: Stop): Promise<string> {
  const twice = fileNamedTwice(zip);
  if (twice !== undefined) throw namedTwice(twice);
  return hashAsGo(zip, stop);
}

/**
 * The hash that go has of an open zip: of a file that comes twice, the last counts twice. What is not too large for it goes to `keep`, but
 * for its end. Folders count, as empty files. Throws as `readContents` does.
 */
export async function hashAsGo(zip: ModuleZip, stop?: Stop, keep?: Keeping): Promise<string> {
  const last = new Map(zip.entries.map((entry) => [entry.name, entry]));
  const sums = new Map<ZipEntry, string>();
  await readContents(
    zip,
    (entry, content) => {
      if (!(content instanceof Uint8Array)) return hashParts(content).then((sum) => void sums.set(entry, sum));
      keep?.add(entry, content);
      sums.set(entry, sha256Hex(content));
      return undefined;
    },
    stop,
  );
  return hash1OfSums(zip.entries.map(({ name }) => [name, sums.get(last.get(name)!)!]));
}

async function hashParts(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createSha256();
  for await (const part of parts) hash.update(part);
  return Buffer.from(hash.digest()).toString('hex');
}

/** Opens a zip file for `use`, and closes it. */
export async function withZip<T>(file: string, use: (zip: ModuleZip) => Promise<T>): Promise<T> {
  const zip = await openModuleZip(file);
  try {
    return await use(zip);
  } finally {
    await zip.close();
  }
}
