/** Changes of an input that a parser may meet: by bits, by lines, by words of its format, by pieces of other inputs. */

/** Numbers that follow from a seed alone: the same seed, the same run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to n-1 (mulberry32). */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** What inputs are made of. */
export interface Corpus {
  /** Valid inputs, or nearly. */
  readonly samples: readonly Uint8Array[];
  /** Words of the format; they are put in anywhere. */
  readonly words: readonly (string | Uint8Array)[];
}

const everywhere = [
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '\t',
  '\0',
  '/',
  '..',
  '%',
  '"',
  '-',
  '0',
  '1',
  '9007199254740993',
  '\ufeff',
];
const bytesEverywhere = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xe2, 0x80, 0xae],
  [0xc2, 0xa0],
  [0xe2, 0x84, 0xaa],
];
const wholeNumbers = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const longest = 1 << 16;

type Mutation = (bytes: Buffer, random: Random, corpus: Corpus) => Uint8Array;

const splice = (bytes: Buffer, at: number, remove: number, insert: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);

/** A stretch of the input, short more often than long. */
function stretch(bytes: Buffer, random: Random): [at: number, length: number] {
  const at = random.below(bytes.length + 1);
  return [at, random.below(Math.min(bytes.length - at, 2 ** random.below(12)) + 1)];
}

/** Its lines, each with the newline at its end. */
const linesOf = (bytes: Buffer) => bytes.toString('latin1').split(/(?<=\n)/);
const ofLines = (lines: readonly string[]) => Buffer.from(lines.join(''), 'latin1');

const mutations: readonly Mutation[] = [
  (b, r) => {
    if (b.length > 0) b[r.below(b.length)]! ^= 1 << r.below(8);
    return b;
  },
  (b, r) => {
    if (b.length > 0) b[r.below(b.length)] = r.of([0, 1, 0x0a, 0x0d, 0x20, 0x2f, 0x7f, 0x80, 0xff, r.below(256)]);
    return b;
  },
  (b, r) => {
    if (b.length >= 4) b.writeUInt32LE(r.of(wholeNumbers), r.below(b.length - 3));
    return b;
  },
  (b, r) => splice(b, ...stretch(b, r), new Uint8Array(0)),
  (b, r) => b.subarray(0, r.below(b.length + 1)),
  (b, r) => b.subarray(r.below(b.length + 1)),
  (b, r) => {
    const [at, length] = stretch(b, r);
    return splice(b, r.below(b.length + 1), 0, b.subarray(at, at + length));
  },
  (b, r, { words }) => splice(b, r.below(b.length + 1), 0, Buffer.from(r.of([...words, ...everywhere]) as string)),
  (b, r, { words }) => splice(b, ...stretch(b, r), Buffer.from(r.of([...words, ...everywhere]) as string)),
  (b, r) => splice(b, r.below(b.length + 1), 0, Uint8Array.from(r.of(bytesEverywhere))),
  (b, r) => {
    const lines = linesOf(b);
    const [i, j] = [r.below(lines.length), r.below(lines.length)];
    return ofLines(lines.with(i, lines[j]!).with(j, lines[i]!));
  },
  (b, r) => {
    const lines = linesOf(b);
    lines.splice(r.below(lines.length), r.below(3), r.of(lines));
    return ofLines(lines);
  },
  (b, r, { samples }) => {
    const other = Buffer.from(r.of(samples));
    const [at, length] = stretch(other, r);
    return splice(b, ...stretch(b, r), other.subarray(at, at + length));
  },
  (b, r, { words }) => {
    const piece = Buffer.from(r.of([...words, ...everywhere]) as string);
    const count = Math.floor(2 ** r.below(13) / Math.max(piece.length, 1));
    return splice(b, r.below(b.length + 1), 0, Buffer.concat(Array.from({ length: count }, () => piece)));
  },
];

/** Another input: a sample with one to six changes. */
export function mutate(corpus: Corpus, random: Random): Uint8Array {
  let bytes: Uint8Array = Buffer.from(random.of(corpus.samples));
  for (let left = 1 + random.below(random.of([1, 2, 6])); left > 0; left--) {
    bytes = random.of(mutations)(Buffer.from(bytes), random, corpus);
  }
  return Uint8Array.from(bytes.subarray(0, longest));
}
