/**
 * Writes zips: module zips by the rules, for fixtures, and any other, for attacks. Deterministic: no times, no system.
 * Every header field can be set apart from what is true.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import { goModLookup } from '../../src/gover/index.js';
import type { ModuleVersion } from '../../src/module/index.js';
import { checkFiles, checkModule, type ModuleFile } from '../../src/modzip/index.js';

export interface SourceFile {
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly kind?: ModuleFile['kind'];
}

/**
 * The zip of a module with the files that belong in it; the others are left out.
 * Throws what `checkModule` and the report of `checkFiles` give.
 */
export function createModuleZip(
  module: ModuleVersion,
  files: readonly SourceFile[],
  { method = 'deflate' }: { method?: 'store' | 'deflate' } = {},
): Buffer {
  checkModule(module);
  const listed = files.map(({ path, data, kind }) => ({ path, size: Buffer.byteLength(data), ...(kind && { kind }) }));
  const goMod = files.find((f) => f.path === 'go.mod' && (f.kind ?? 'file') === 'file');
  const report = checkFiles(listed, goMod === undefined ? '' : goModLookup(Buffer.from(goMod.data), 'go'));
  const error = report.err();
  if (error !== undefined) throw error;
  const valid = new Set(report.valid);
  const entries = files
    .filter((f) => valid.has(f.path) && (f.kind ?? 'file') === 'file')
    .map((f) => ({ name: `${module.path}@${module.version}/${f.path}`, data: f.data, method }));
  return writeZip(entries);
}

/** An entry, and the lies about it. */
export interface RawZipEntry {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  readonly method?: 'store' | 'deflate' | number;
  /** The bytes that stand in the file, instead of the (compressed) data. */
  readonly raw?: Uint8Array;
  readonly flags?: number;
  readonly crc32?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly localName?: string;
  readonly localSize?: number;
  readonly localCrc32?: number;
  readonly externalAttributes?: number;
  readonly centralExtra?: Uint8Array;
  readonly localExtra?: Uint8Array;
  /** Writes a descriptor behind the data; given bytes, those. */
  readonly descriptor?: boolean | Uint8Array;
  /** Offset of the local header, instead of the true one. */
  readonly offset?: number;
  /** Writes no local header and no data. */
  readonly centralOnly?: boolean;
}

export interface RawZipOptions {
  readonly count?: number;
  readonly directoryBytes?: number;
  readonly directoryOffset?: number;
  readonly comment?: Uint8Array;
  readonly commentLength?: number;
  /** Before the archive, not counted in its offsets. */
  readonly prepend?: Uint8Array;
  readonly append?: Uint8Array;
  readonly zip64?: boolean;
}

/** A zip of the entries, in order, with whatever is wrong with them. */
export function writeZip(entries: readonly RawZipEntry[], o: RawZipOptions = {}): Buffer {
  const body: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const { local, central } = writeEntry(entry, at);
    for (const part of local) {
      body.push(part);
      at += part.length;
    }
    directory.push(...central);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = o.zip64 ? zip64End(entries.length, size, at) : classicEnd(entries.length, size, at, o);
  return Buffer.concat([o.prepend ?? Buffer.alloc(0), ...body, ...directory, end, o.append ?? Buffer.alloc(0)]);
}

function writeEntry(entry: RawZipEntry, at: number) {
  const data = Buffer.from(entry.data ?? '');
  const method =
    entry.method === undefined || entry.method === 'store' ? 0 : entry.method === 'deflate' ? 8 : entry.method;
  const raw = Buffer.from(entry.raw ?? (method === 8 ? deflateRawSync(data) : data));
  const flags = (entry.flags ?? 0) | (entry.descriptor ? 8 : 0);
  const sum = entry.crc32 ?? crc32(data);
  const size = entry.size ?? data.length;
  const compressed = entry.compressedSize ?? raw.length;
  const name = Buffer.from(entry.name as Uint8Array);
  const localName = entry.localName === undefined ? name : Buffer.from(entry.localName);
  const extra = entry.centralExtra ?? Buffer.alloc(0);
  const localExtra = entry.localExtra ?? Buffer.alloc(0);

  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(method, 8);
  if (!entry.descriptor) {
    head.writeUInt32LE(entry.localCrc32 ?? sum, 14);
    head.writeUInt32LE(compressed, 18);
    head.writeUInt32LE(entry.localSize ?? size, 22);
  }
  head.writeUInt16LE(localName.length, 26);
  head.writeUInt16LE(localExtra.length, 28);

  const row = Buffer.alloc(46);
  row.writeUInt32LE(0x02014b50, 0);
  row.writeUInt16LE(0x0314, 4); // made on Unix: the attributes are modes
  row.writeUInt16LE(20, 6);
  row.writeUInt16LE(flags, 8);
  row.writeUInt16LE(method, 10);
  row.writeUInt32LE(sum, 16);
  row.writeUInt32LE(compressed, 20);
  row.writeUInt32LE(size, 24);
  row.writeUInt16LE(name.length, 28);
  row.writeUInt16LE(extra.length, 30);
  row.writeUInt32LE(entry.externalAttributes ?? 0, 38);
  row.writeUInt32LE(entry.offset ?? at, 42);

  const central = [row, name, extra];
  if (entry.centralOnly) return { local: [], central };
  const after = typeof entry.descriptor === 'object' ? entry.descriptor : descriptor(sum, compressed, size);
  return { local: [head, localName, localExtra, raw, ...(entry.descriptor ? [after] : [])], central };
}

function descriptor(sum: number, compressed: number, size: number): Buffer {
  const data = Buffer.alloc(16);
  data.writeUInt32LE(0x08074b50, 0);
  data.writeUInt32LE(sum, 4);
  data.writeUInt32LE(compressed, 8);
  data.writeUInt32LE(size, 12);
  return data;
}

function classicEnd(count: number, size: number, offset: number, o: RawZipOptions): Buffer {
  const end = Buffer.alloc(22);
  const comment = o.comment ?? Buffer.alloc(0);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE((o.count ?? count) & 0xffff, 8);
  end.writeUInt16LE((o.count ?? count) & 0xffff, 10);
  end.writeUInt32LE(o.directoryBytes ?? size, 12);
  end.writeUInt32LE(o.directoryOffset ?? offset, 16);
  end.writeUInt16LE(o.commentLength ?? comment.length, 20);
  return Buffer.concat([end, comment]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  const end = classicEnd(0xffff, 0xffffffff, 0xffffffff, {});
  return Buffer.concat([record, locator, end]);
}
