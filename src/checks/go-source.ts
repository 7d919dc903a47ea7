/**
 * What `go mod vendor` reads in a Go source file: whether a build constraint rules it out of every build, and what it embeds
 * (go.dev/ref/mod#go-mod-vendor; cmd/go help buildconstraint; pkg.go.dev/embed). Linear in the file's length; nothing throws.
 */

export interface GoSource {
  /** No build can ever use it: its constraint needs the tag `ignore`. */
  readonly isIgnored: boolean;
  /** The patterns of its //go:embed lines. */
  readonly embeds: readonly string[];
}

const space = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const lossy = new TextDecoder('utf-8');

/** Larger files are taken for what nearly every file is: not ignored, embedding nothing. */
export const maxSourceBytes = 32 * 2 ** 20;

/** Reads a source file. */
export function readGoSource(data: Uint8Array): GoSource {
  const has = (words: string) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(words);
  const mayIgnore = has('go:build') || has('+build');
  const mayEmbed = has('//go:embed');
  if (data.length > maxSourceBytes || !(mayIgnore || mayEmbed)) return { isIgnored: false, embeds: [] };
  try {
    const text = lossy.decode(data);
    return { isIgnored: mayIgnore && !mayBuild(text), embeds: mayEmbed ? embedPatterns(text) : [] };
  } catch {
    return { isIgnored: false, embeds: [] }; // so deep or long that the engine gives up: no source that anyone builds
  }
}

/** Reports whether a build with some set of tags, `ignore` not among them, takes the file. */
function mayBuild(text: string): boolean {
  const { constraints, plusBuild } = readHeader(text);
  if (constraints.length > 1) return false;
  const [constraint] = constraints;
  if (constraint !== undefined) return parseConstraint(constraint)?.(true) ?? false;
  return plusBuild.every((line) => plusBuildAllows(line));
}

/** A constraint as a question: can it be what is preferred, when every tag but `ignore` may be set or not? */
type Constraint = (prefer: boolean) => boolean;

const tagOf =
  (name: string): Constraint =>
  (prefer) =>
    name !== 'ignore' && prefer;

/** The //go:build lines of the comments at the head of a file, and the // +build lines that a blank line follows. */
function readHeader(text: string): { constraints: string[]; plusBuild: string[] } {
  const constraints: string[] = [];
  const candidates: string[] = [];
  let plusBuild: string[] = [];
  let inComment = false;
  let isOver = false; // for // +build lines
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    let line = trim(text.slice(start, end));
    if (line === '' && !isOver) {
      plusBuild = [...candidates];
      continue;
    }
    if (!line.startsWith('//')) isOver = true;
    else if (!isOver && /^\/\/\s*\+build(?:\s|$)/.test(line)) candidates.push(line.replace(/^\/\/\s*\+build/, ''));
    if (!inComment && /^\/\/go:build(?:\s|$)/.test(line)) constraints.push(line.slice('//go:build'.length));
    while (line !== '') {
      if (inComment) {
        const close = line.indexOf('*/');
        if (close < 0) break;
        inComment = false;
        line = trim(line.slice(close + 2));
      } else if (line.startsWith('//')) break;
      else if (line.startsWith('/*')) {
        inComment = true;
        line = line.slice(2);
      } else return { constraints, plusBuild };
    }
  }
  return { constraints, plusBuild };
}

/** `linux,!cgo darwin`: a space is or, a comma is and. */
function plusBuildAllows(line: string): boolean {
  return line
    .split(space)
    .filter(Boolean)
    .some((clause) =>
      clause.split(',').every((word) => {
        const negated = word.startsWith('!');
        const name = negated ? word.slice(1) : word;
        const tag = tagOf(/^[\p{L}\p{Nd}_.]+$/u.test(name) ? name : 'ignore');
        return negated && /^!(?:!|$)/.test(word) ? false : negated ? !tag(false) : tag(true);
      }),
    );
}

const maxDepth = 1000;

/** Parses the expression of a //go:build line; undefined for what is none. */
function parseConstraint(text: string): Constraint | undefined {
  const tokens = text.match(/\|\||&&|[!()]|[\p{L}\p{Nd}_.]+|\S/gu) ?? [];
  let at = 0;
  let depth = 0;
  let operators = 0;
  const binary = (sign: string, operand: () => Constraint | undefined, join: (all: Constraint[]) => Constraint) => {
    const all: Constraint[] = [];
    for (;;) {
      const next = operand();
      if (next === undefined) return undefined;
      all.push(next);
      if (tokens[at] !== sign || ++operators > maxDepth) return join(all);
      at++;
    }
  };
  const or = (): Constraint | undefined => binary('||', and, (all) => (prefer) => all.some((x) => x(prefer)));
  const and = (): Constraint | undefined => binary('&&', not, (all) => (prefer) => all.every((x) => x(prefer)));
  const not = (): Constraint | undefined => {
    if (tokens[at] !== '!') return atom();
    at++;
    if (tokens[at] === '!') return undefined;
    const x = not();
    return x && ((prefer) => !x(!prefer));
  };
  const atom = (): Constraint | undefined => {
    const token = tokens[at++];
    if (token === '(') {
      if (++depth > maxDepth) return undefined;
      const x = or();
      depth--;
      return tokens[at++] === ')' ? x : undefined;
    }
    return token !== undefined && /^[\p{L}\p{Nd}_.]/u.test(token) ? tagOf(token) : undefined;
  };
  const whole = or();
  return at === tokens.length ? whole : undefined;
}

function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text[start]!)) start++;
  while (start < end && space.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** What a reader of Go sees: words, strings, line comments; other comments and white space are passed over. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|`[^`]*`?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?|[\p{L}_][\p{L}\p{Nd}_]*|[^\s]/gu;

/** The patterns of //go:embed lines behind the imports, where "embed" is one of these. */
function embedPatterns(text: string): string[] {
  const found: string[] = [];
  let place: 'package' | 'name' | 'top' | 'import' | 'group' | 'code' = 'package';
  let imports = false;
  for (const [word] of text.matchAll(token)) {
    if (word.startsWith('/*')) continue;
    if (word.startsWith('//')) {
      if (place === 'code' || place === 'top') found.push(...patternsOf(word));
      continue;
    }
    const isString = word.startsWith('"') || word.startsWith('`');
    if (isString && (place === 'import' || place === 'group')) imports ||= word.slice(1, -1) === 'embed';
    if (place === 'package') place = 'name';
    else if (place === 'name') place = 'top';
    else if (place === 'top' && word === 'import') {
      place = 'import';
      found.length = 0;
    } else if (place === 'top') place = word === ';' ? 'top' : 'code';
    else if (place === 'import') place = word === '(' ? 'group' : isString ? 'top' : 'import';
    else if (place === 'group' && word === ')') place = 'top';
    if (place === 'code' && !imports) return [];
  }
  return imports ? found : [];
}

function patternsOf(comment: string): string[] {
  const rest = /^\/\/go:embed(?=\s|$)([^\n]*)/.exec(comment)?.[1];
  if (rest === undefined) return [];
  const words = rest.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s"`]\S*/gu) ?? [];
  return words.map((word) => (word.startsWith('"') ? unquote(word) : word.startsWith('`') ? word.slice(1, -1) : word));
}

/** A double-quoted Go string with the escapes that file names have use for. */
function unquote(word: string): string {
  try {
    return JSON.parse(word) as string;
  } catch {
    return word.slice(1, -1);
  }
}
