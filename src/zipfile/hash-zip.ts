/** The h1: hash of a zip on disk, in one pass over the file. */
import { hash1OfSums } from '../dirhash/index.js';
import { quoteGo } from '../encoding/quote-go.js';
import { createSha256, sha256Hex } from '../encoding/sha256.js';
import { TsgogetError } from '../errors.js';
import type { Keeping } from './kept-contents.js';
import { type ModuleZip, openModuleZip } from './module-zip.js';
import { readContents, type Stop } from './zip-content.js';

/**
 * The h1: hash of an open zip; what is not too large for it goes to `keep`, but for its end. Folders count, as empty files. Throws as `readContents` does, and 'invalid-zip' for a file that
 * comes twice: which of the two a reader takes is anyone's guess.
 */
export async function hashOpenZip(zip: ModuleZip, stop?: Stop, keep?: Keeping): Promise<string> {
  const names = new Set<string>();
  for (const { name } of zip.entries) {
    if (names.has(name) && !name.endsWith('/')) {
      throw new TsgogetError('invalid-zip', `multiple entries for file ${quoteGo(name)}`);
    }
    names.add(name);
  }
  const sums: [string, string][] = [];
  const add = (name: string, sum: string) => void sums.push([name, sum]);
  await readContents(
    zip,
    (entry, content) => {
      const { name } = entry;
      if (!(content instanceof Uint8Array)) return hashParts(content).then((sum) => add(name, sum));
      keep?.add(entry, content);
      return add(name, sha256Hex(content));
    },
    stop,
  );
  return hash1OfSums(sums);
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
