/**
 * Why a module version's checksums do not match: what every source has, which files differ, and the likely class. What is fetched for it is
 * unproven: it lies in a temporary folder that is removed in every case, and nothing of it reaches the module cache.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFlags } from '../../files/read-file.js';
import type { ModuleVersion } from '../../module/index.js';
import { type Advice, advise } from './advice.js';
import type { Asked } from './ask-copies.js';
import { askSources, type Surroundings } from './ask-sources.js';
import type { Beginning, Difference } from './evidence.js';
import { compareCopies } from './file-differences.js';
import { baseHash, type Judgement, judge } from './mismatch-class.js';
import { hashesOf, type Part, parts, type Source } from './sources.js';

export interface Explanation extends Judgement, Advice {
  readonly module: ModuleVersion;
  readonly sources: readonly Source[];
  /** Of each copy that differs from the one that the others are held against, where there is a copy of that. */
  readonly differences: readonly Difference[];
}

/**
 * Asks all sources about a canonical version and judges what they say. Throws 'invalid-setting' for GOPROXY, 'interrupted', and 'cache' when
 * the disk fails; what goes wrong with a source is its answer.
 */
export async function explainMismatch(module: ModuleVersion, around: Surroundings): Promise<Explanation> {
  const dir = await mkdtemp(join(tmpdir(), 'tsgoget-explain-'));
  try {
    const asked = await askSources(module, around, dir);
    const sources = asked.map((a) => a.source);
    const differences = (await Promise.all(parts.map((part) => compareAll(asked, part)))).flat();
    const judgement = judge(sources, differences);
    const evidence = { module, sources, differences, beginnings: await findBeginnings(asked), ...judgement };
    return { module, sources, differences, ...judgement, ...advise(evidence) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Compares each copy that differs with one that has the base hash; of several with one hash the first. */
async function compareAll(asked: readonly Asked[], part: Part): Promise<Difference[]> {
  const base = baseHash(
    asked.map((a) => a.source),
    part,
  );
  const copies = new Map<string, Asked>();
  for (const a of asked) {
    const [hash] = hashesOf(a.source, part);
    if (hash !== undefined && a[part] !== undefined && !copies.has(hash)) copies.set(hash, a);
  }
  const good = base === undefined ? undefined : copies.get(base);
  const found: Difference[] = [];
  for (const [hash, other] of copies) {
    if (good === undefined || base === undefined || hash === base) continue;
    const names = { baseName: good.source.name, otherName: other.source.name };
    found.push({ part, base, other: hash, ...names, ...(await compareCopies(good[part]!, other[part]!)) });
  }
  return found;
}

async function findBeginnings(asked: readonly Asked[]): Promise<Beginning[]> {
  const found: Beginning[] = [];
  for (const { source, zipFile } of asked) {
    if (source.zip.state !== 'broken' || zipFile === undefined) continue;
    for (const whole of asked) {
      const { zip } = whole.source;
      if (zip.state !== 'has' || whole.zipFile === undefined || whole.zip === undefined) continue;
      if (!(await begins(whole.zipFile, zipFile))) continue;
      found.push({ of: whole.source.name, name: source.name, bytes: source.zip.bytes, wholeBytes: whole.zip.bytes });
      break;
    }
  }
  return found;
}

const chunkBytes = 1 << 20;

/** Reports whether the bytes of `file` are the first of `whole`, which is longer. */
async function begins(whole: string, file: string): Promise<boolean> {
  const [a, b] = [await open(whole, openFlags), await open(file, openFlags)];
  try {
    const { size } = await b.stat();
    if ((await a.stat()).size <= size) return false;
    for (let at = 0; at < size; at += chunkBytes) {
      const length = Math.min(chunkBytes, size - at);
      const [x, y] = await Promise.all([a, b].map((f) => f.read(Buffer.alloc(length), 0, length, at)));
      if (x!.bytesRead !== length || !x!.buffer.equals(y!.buffer)) return false;
    }
    return true;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}
