/** A checksum database far too large to hold, as it would answer: all records are the same but for a few. */
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { HttpError } from '../../src/errors.js';
import type { LogTransport } from '../../src/sumdb/index.js';
import { formatRecord, formatTreeHead, parseTilePath, recordHash, type Tile } from '../../src/tlog/index.js';
import { type Signer, signNote } from './signed-notes.js';
import { SparseTree } from './sparse-tree.js';

/** `special` gives the records that differ; `lookups` their numbers by `module@version`. `head.size` may be made smaller. */
export function sparseLog(
  signer: Signer,
  size: number,
  special: ReadonlyMap<number, string>,
  lookups: ReadonlyMap<string, number> = new Map(),
) {
  const tree = new SparseTree(new Map([...special].map(([id, text]) => [id, recordHash(encodeUtf8(text))])));
  const head = { size };
  const note = (n: number) => signNote(formatTreeHead({ size: n, hash: tree.rangeHash({ start: 0, end: n }) }), signer);
  const textOf = (id: number) => special.get(id) ?? 'the same\n';
  const data = ({ index, width }: Tile) =>
    Array.from({ length: width }, (_, i) => `${textOf(index * 256 + i)}\n`).join('');
  const urls: string[] = [];
  const transport: LogTransport = {
    get: async (url) => {
      const path = new URL(url).pathname;
      urls.push(path);
      if (path === '/latest') return encodeUtf8(note(head.size));
      const id = lookups.get(path.replace('/lookup/', ''));
      if (id !== undefined) return encodeUtf8(formatRecord(id, textOf(id)) + note(head.size));
      const tile = parseTilePath(path.slice(1));
      const end = (tile.index * 256 + tile.width) * 256 ** Math.max(tile.level, 0);
      if (end > head.size) throw new HttpError(404, url, 'not found');
      return tile.level < 0 ? encodeUtf8(data(tile)) : tree.tile(tile);
    },
  };
  return { transport, tree, head, note, urls };
}
