/** Both sides of a go.sum that git could not merge, as one: a merge of go.sum is the union of its lines, and each line can be proven. */
import { isH1 } from '../dirhash/index.js';
import { isUtf16 } from '../encoding/text-damage.js';
import { messageOf, TsgogetError } from '../errors.js';
import { canonicalVersion, checkPath } from '../module/index.js';
import { emptyGoModHash, GoSum, scanGoSum } from './go-sum.js';

/** A line that is no sum, and so is left out. */
export interface UnusableLine {
  readonly line: number;
  readonly why: string;
}

export interface SumUnion {
  readonly sums: GoSum;
  /** In the order of the file; conflict markers are not among them. */
  readonly unusable: readonly UnusableLine[];
  /** The conflicts that the file held. */
  readonly conflicts: number;
}

const markers = { '<<<<<<<': 'ours', '|||||||': 'base', '=======': 'theirs', '>>>>>>>': '' } as const;

/**
 * The lines of a go.sum, of both sides where it holds conflicts; what both sides took out (the base, as diff3 shows it) stays out. Reads
 * any file, without conflicts too. Throws 'invalid-gosum' for UTF-16.
 */
export function unionSums(data: Uint8Array): SumUnion {
  if (isUtf16(data)) throw new TsgogetError('invalid-gosum', 'it is UTF-16: save it as UTF-8');
  const sums = new GoSum();
  const unusable: UnusableLine[] = [];
  let conflicts = 0;
  let side = '';
  for (const { line, text, path: written, version, hash, problem } of scanGoSum(data)) {
    const marker = /^(?:[<>|]{7}(?= )|={7}$)/.exec(text.trimEnd())?.[0];
    if (marker !== undefined && marker in markers) {
      side = markers[marker as keyof typeof markers];
      if (marker === '<<<<<<<') conflicts++;
      continue;
    }
    const path = line === 1 ? written.replace(/^\ufeff/, '') : written;
    if (side === 'base' || hash === emptyGoModHash) continue;
    const why = problem ?? faultOf(path, version, hash);
    if (why === undefined) sums.add(path, version, hash);
    else unusable.push({ line, why });
  }
  return { sums, unusable, conflicts };
}

/** Why a line says nothing that could be proven. */
function faultOf(path: string, versionKey: string, hash: string): string | undefined {
  const version = versionKey.replace(/\/go\.mod$/, '');
  if (canonicalVersion(version) !== version) return 'not a canonical version';
  if (hash.startsWith('h1:') && !isH1(hash)) return 'the hash is not whole: a line that was cut short';
  if (!hash.startsWith('h1:')) return 'unknown hash algorithm: the line proves nothing';
  try {
    checkPath(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
