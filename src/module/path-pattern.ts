/** GOPRIVATE patterns: globs over the leading elements of a module path (go.dev/ref/mod#private-modules). */

interface CharClass {
  readonly negated: boolean;
  /** Code points, both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** '?' is any character but a slash; a string is that character. */
type Operator = CharClass | 'any' | { readonly char: string };

/** Operators that each take one character, after a star or not. */
interface Chunk {
  readonly star: boolean;
  readonly operators: Operator[];
}

/** One character of a class, perhaps escaped; undefined when the class cannot go on like this. */
function classChar(chars: readonly string[], at: number): { code: number; next: number } | undefined {
  const escaped = chars[at] === '\\';
  const char = chars[escaped ? at + 1 : at];
  if (char === undefined || (!escaped && (char === '-' || char === ']'))) return undefined;
  const code = char.codePointAt(0)!;
  const next = escaped ? at + 2 : at + 1;
  const isBroken = code >= 0xd800 && code <= 0xdfff;
  return isBroken || next >= chars.length ? undefined : { code, next };
}

/** Reads the class after the '[' at `at` - 1. */
function readClass(chars: readonly string[], at: number): { class: CharClass; next: number } | undefined {
  const negated = chars[at] === '^';
  const ranges: [number, number][] = [];
  let next = negated ? at + 1 : at;
  while (chars[next] !== ']' || ranges.length === 0) {
    const low = classChar(chars, next);
    if (low === undefined) return undefined;
    const high = chars[low.next] === '-' ? classChar(chars, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.code, high.code]);
    next = high.next;
  }
  return { class: { negated, ranges }, next: next + 1 };
}

/** Undefined when the pattern is malformed. */
function compile(pattern: string): Chunk[] | undefined {
  const chars = Array.from(pattern);
  let chunk: Chunk = { star: false, operators: [] };
  const chunks = [chunk];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === '*') {
      if (chunk.star && chunk.operators.length === 0) continue;
      chunk = { star: true, operators: [] };
      chunks.push(chunk);
    } else if (char === '[') {
      const read = readClass(chars, i + 1);
      if (read === undefined) return undefined;
      chunk.operators.push(read.class);
      i = read.next - 1;
    } else if (char === '\\') {
      const escaped = chars[++i];
      if (escaped === undefined) return undefined;
      chunk.operators.push({ char: escaped });
    } else {
      chunk.operators.push(char === '?' ? 'any' : { char });
    }
  }
  return chunks;
}

function accepts(operator: Operator, char: string): boolean {
  if (operator === 'any') return char !== '/';
  if ('char' in operator) return operator.char === char;
  const code = char.codePointAt(0)!;
  return operator.ranges.some(([low, high]) => low <= code && code <= high) !== operator.negated;
}

/** Where the operators' match that starts at `at` ends; -1 when they do not match there. */
function matchEnd(operators: readonly Operator[], chars: readonly string[], at: number): number {
  if (at + operators.length > chars.length) return -1;
  return operators.every((operator, i) => accepts(operator, chars[at + i]!)) ? at + operators.length : -1;
}

/** Where the chunk's leftmost match ends that starts at `at`, or after it if the chunk has a star. */
function chunkEnd(chunk: Chunk, isLast: boolean, chars: readonly string[], at: number): number {
  for (let start = at; start <= chars.length; start++) {
    const end = matchEnd(chunk.operators, chars, start);
    if (end >= 0 && (!isLast || end === chars.length)) return end;
    if (!chunk.star || chars[start] === '/') return -1;
  }
  return -1;
}

/**
 * Reports whether the whole name matches the pattern, by the rules of Go's path.Match: * is any run without a slash,
 * ? any character but a slash, [a-z] and [^a-z] a class, \ takes the next character as it is.
 * Undefined when the pattern is malformed. Go's * can end inside a character that is not ASCII, as in *?? on 日; this one cannot.
 */
export function pathMatch(pattern: string, name: string): boolean | undefined {
  const chunks = compile(pattern);
  if (chunks === undefined) return undefined;
  const chars = Array.from(name);
  let at = 0;
  for (const [i, chunk] of chunks.entries()) {
    at = chunkEnd(chunk, i === chunks.length - 1, chars, at);
    if (at < 0) return false;
  }
  return at === chars.length;
}

/** The first n slash-separated elements of path; undefined when there are fewer. */
function leadingElements(path: string, n: number): string | undefined {
  const elements = path.split('/');
  return elements.length < n ? undefined : elements.slice(0, n).join('/');
}

/**
 * Reports whether a leading part of the target matches a pattern of the comma-separated list. A pattern is matched
 * against as many elements as it has; one trailing slash is ignored, and so are empty and malformed patterns. Patterns
 * are not trimmed.
 */
export function matchPrefixPatterns(globs: string, target: string): boolean {
  return globs.split(',').some((item) => {
    const glob = item.endsWith('/') ? item.slice(0, -1) : item;
    if (glob === '') return false;
    const prefix = leadingElements(target, glob.split('/').length);
    return prefix !== undefined && pathMatch(glob, prefix) === true;
  });
}
