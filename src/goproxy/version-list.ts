/**
 * Keeps the versions that a proxy lists as the bytes that came, and reads them one by one: a list may be tens of megabytes, and a string and
 * an object for each of its lines would take ten times that.
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { isPseudoVersion, semver } from '../module/index.js';

export interface ListedVersion {
  readonly version: string;
  /** As the proxy gives it. */
  readonly time?: string;
}

const newline = 0x0a;
const goSpace = /[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Iterates over the tagged versions, in the order of the list; those of `sorted` are oldest first. Pseudo-versions are none. */
export class VersionList implements Iterable<string> {
  /** Lines: a version that is tagged, and after a space its time where there is one. */
  readonly #tagged: Buffer;
  /** The same of pseudo-versions. */
  readonly #pseudo: Buffer;
  readonly #prefix: string;

  private constructor(tagged: Buffer, pseudo: Buffer, prefix = '') {
    this.#tagged = tagged;
    this.#pseudo = pseudo;
    this.#prefix = prefix;
  }

  /** The lines of @v/list that begin with a semantic version. `data` is kept, and not to be changed. */
  static parse(data: Uint8Array): VersionList {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
    const tagged = new LineWriter(bytes.length);
    const pseudo = new LineWriter(bytes.length);
    let plainFrom = 0;
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(newline, start);
      const end = found < 0 ? bytes.length : found;
      if (found < 0 || !isPlain(bytes, start, end)) {
        tagged.add(bytes.subarray(plainFrom, start));
        const line = readLine(bytes.subarray(start, end));
        if (line !== undefined) (isPseudoVersion(line.version) ? pseudo : tagged).add(lineOf(line));
        plainFrom = end + 1;
      }
      start = end + 1;
    }
    if (plainFrom === 0) return new VersionList(bytes, Buffer.alloc(0));
    tagged.add(bytes.subarray(plainFrom));
    return new VersionList(tagged.lines, pseudo.lines);
  }

  static of(versions: Iterable<string>): VersionList {
    return new VersionList(Buffer.concat(Array.from(versions, (version) => lineOf({ version }))), Buffer.alloc(0));
  }

  /** Those of them that begin with a prefix. */
  startingWith(prefix: string): VersionList {
    return new VersionList(this.#tagged, this.#pseudo, prefix);
  }

  *[Symbol.iterator](): Generator<string> {
    const prefix = this.#prefix;
    for (const line of linesOf(this.#tagged)) {
      const space = line.indexOf(' ');
      const version = space < 0 ? line : line.slice(0, space);
      if (prefix === '' || version.startsWith(prefix)) yield version;
    }
  }

  /** All lines, those of pseudo-versions too, whatever the prefix. */
  *timed(): Generator<ListedVersion> {
    for (const lines of [this.#tagged, this.#pseudo]) {
      for (const line of linesOf(lines)) {
        const [version = '', time] = line.split(' ');
        yield time === undefined ? { version } : { version, time };
      }
    }
  }

  /** An array of them, oldest first. */
  sorted(compare: (a: string, b: string) => number = semver.compare): string[] {
    return [...this].sort((a, b) => compare(a, b) || compareBytes(a, b));
  }
}

/** Gathers lines that take no more room together than the list that they come from. */
class LineWriter {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes + 1; // the last line may lack its end
  }

  add(line: Uint8Array): void {
    if (line.length === 0) return;
    if (this.#length === 0) this.#bytes = Buffer.allocUnsafeSlow(this.#maxBytes);
    this.#bytes.set(line, this.#length);
    this.#length += line.length;
  }

  get lines(): Buffer {
    return this.#length < this.#maxBytes / 2
      ? Buffer.from(this.#bytes.subarray(0, this.#length))
      : this.#bytes.subarray(0, this.#length);
  }
}

const lineOf = ({ version, time }: ListedVersion) =>
  Buffer.from(time === undefined ? `${version}\n` : `${version} ${time}\n`);

function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    yield bytes.toString('latin1', start, end);
    start = end + 1;
  }
}

/** vMAJOR.MINOR.PATCH and nothing more, as nearly all lines are. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  if (bytes[at++] !== 0x76) return false;
  for (let part = 0; part < 3; part++) {
    if (part > 0 && bytes[at++] !== 0x2e) return false;
    const first = at;
    while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
    if (at === first || (bytes[first] === 0x30 && at > first + 1)) return false;
  }
  return at === end;
}

/** A line that begins with a semantic version, white space being what Go takes for it. */
function readLine(bytes: Uint8Array): ListedVersion | undefined {
  const [version, time] = decoder.decode(bytes).split(goSpace).filter(Boolean);
  if (version === undefined || !semver.isValid(version)) return undefined;
  return time === undefined ? { version } : { version, time };
}
