/**
 * go.sum and go.work.sum: the hashes that a main module or workspace trusts, read, edited and printed as the go command does.
 * go.dev/ref/mod#go-sum-files
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { textDamage } from '../encoding/text-damage.js';
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { compareModuleVersions } from '../module/index.js';

/** The hash of a go.mod file without contents. Old go commands recorded it by mistake; readers drop it. */
export const emptyGoModHash = 'h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=';

export interface GoSumOptions {
  /** Skip malformed lines, as `mod tidy` does, which then writes the file without them. */
  readonly dropMalformed?: boolean;
}

/** A line of a file: `version` ends in '/go.mod' when the hash is that of the go.mod file alone. */
export interface GoSumLine {
  /** Counted from 1. */
  readonly line: number;
  readonly path: string;
  readonly version: string;
  /** `algorithm:text`; unknown algorithms, and what is no hash at all, are kept. */
  readonly hash: string;
}

/** The hashes of one module version, or of its go.mod file. */
export interface GoSumEntry {
  readonly path: string;
  readonly version: string;
  /** In the order of the file, without repetition. */
  readonly hashes: readonly string[];
}

// what Go's unicode.IsSpace says, which is not quite what \s says
const space = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line of a file as it stands there; with a `problem` its fields are ''. */
export interface GoSumScan extends GoSumLine {
  /** The whole line, its carriage return included. */
  readonly text: string;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** Every line of a file that is not blank, the malformed ones too. Linear in the file's length. */
export function* scanGoSum(data: Uint8Array | string): Generator<GoSumScan> {
  const strict = typeof data === 'string' ? data : decodeUtf8(data);
  const whole = strict ?? lossy.decode(data as Uint8Array);
  let line = 0;
  for (let start = 0, end: number; start < whole.length; start = end + 1) {
    end = whole.indexOf('\n', start);
    if (end < 0) end = whole.length;
    line++;
    const text = whole.slice(start, end);
    const fields = text.split(space).filter((field) => field !== '');
    if (fields.length === 0) continue;
    const damaged = strict === undefined && text.includes('\ufffd');
    if (fields.length !== 3 || damaged) {
      const problem = damaged ? 'invalid UTF-8' : `wrong number of fields ${fields.length}`;
      yield { line, text, path: '', version: '', hash: '', problem };
      continue;
    }
    const [path, version, hash] = fields as [string, string, string];
    yield { line, text, path, version, hash };
  }
}

/** The lines of a file that say something. Throws 'invalid-gosum' at a line that has not three fields, or is not UTF-8. */
export function* parseGoSumLines(
  file: string,
  data: Uint8Array | string,
  options: GoSumOptions = {},
): Generator<GoSumLine> {
  for (const { line, path, version, hash, problem } of scanGoSum(data)) {
    if (problem === undefined) {
      if (hash !== emptyGoModHash) yield { line, path, version, hash };
    } else if (!options.dropMalformed) {
      const damage = textDamage('go.sum', typeof data === 'string' ? encodeUtf8(data) : data);
      const repair = '`tsgoget mod union-sums` keeps what can be read and is proven';
      const hint = damage === undefined ? repair : `${damage.what}${damage.isConflict ? `; ${repair}` : ''}`;
      throw new TsgogetError('invalid-gosum', `malformed go.sum:\n${file}:${line}: ${problem}`, { bare: true, hint });
    }
  }
}

/** The contents of a go.sum file, keyed by module path and version. */
export class GoSum {
  // a map in a map: no path and version can be taken for another pair
  readonly #paths = new Map<string, Map<string, string[]>>();

  /** Reads a file. Throws 'invalid-gosum', with the file's name and the line. */
  static parse(file: string, data: Uint8Array | string, options: GoSumOptions = {}): GoSum {
    const sums = new GoSum();
    for (const { path, version, hash } of parseGoSumLines(file, data, options)) sums.#list(path, version).push(hash);
    return sums;
  }

  /** The hashes on record, in the order in which they came; `version` is that of the line, '/go.mod' included. */
  get(path: string, version: string): readonly string[] {
    return [...distinct(this.#paths.get(path)?.get(version) ?? [])];
  }

  /** Adds a hash; false when it is there. Throws 'invalid-gosum' when a field could not be read back. */
  add(path: string, version: string, hash: string): boolean {
    for (const field of [path, version, hash]) {
      if (field === '' || space.test(field))
        throw new TsgogetError('invalid-gosum', `cannot write ${JSON.stringify(field)} to go.sum`);
    }
    const hashes = this.#list(path, version);
    if (hashes.includes(hash)) return false;
    hashes.push(hash);
    return true;
  }

  /** Removes all hashes of a version; false when there are none. */
  delete(path: string, version: string): boolean {
    const versions = this.#paths.get(path);
    const found = versions?.delete(version) ?? false;
    if (versions?.size === 0) this.#paths.delete(path);
    return found;
  }

  /** Adds all that another file says. */
  merge(other: GoSum): void {
    for (const [path, versions] of other.#paths) {
      for (const [version, hashes] of versions) {
        const list = this.#list(path, version);
        const known = new Set(list);
        for (const hash of hashes) if (!known.has(hash)) list.push(hash);
      }
    }
  }

  /** All versions with their hashes, in the order in which the paths came. */
  *entries(): Generator<GoSumEntry> {
    for (const [path, versions] of this.#paths)
      for (const [version, hashes] of versions) yield { path, version, hashes: [...distinct(hashes)] };
  }

  /** The file as the go command writes it: by path, version, kind and hash, one line each. */
  format(): string {
    const lines: string[] = [];
    for (const path of [...this.#paths.keys()].sort(compareBytes)) {
      const versions = this.#paths.get(path)!;
      const order = [...versions.keys()].map((version) => ({ path, version })).sort(compareModuleVersions);
      for (const { version } of order) {
        for (const hash of [...distinct(versions.get(version)!)].sort(compareBytes))
          lines.push(`${path} ${version} ${hash}\n`);
      }
    }
    return lines.join('');
  }

  #list(path: string, version: string): string[] {
    const versions = this.#paths.get(path) ?? new Map<string, string[]>();
    if (versions.size === 0) this.#paths.set(path, versions);
    const hashes = versions.get(version) ?? [];
    if (hashes.length === 0) versions.set(version, hashes);
    return hashes;
  }
}

const distinct = (hashes: readonly string[]) => (hashes.length > 1 ? new Set(hashes) : hashes);
