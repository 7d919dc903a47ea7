/**
 * Build constraints: which builds take a file (cmd/go help buildconstraint; go.dev/design/draft-gobuild). An expression is evaluated
 * while it is parsed, by operator precedence with a stack of its own (Dijkstra's shunting yard), so no depth of it exhausts ours.
 */

import { goFields, isGoSpace, skipGoSpace, trimGoSpace } from '../encoding/go-space.js';
import { isDigit, isLetter } from '../encoding/go-unicode.js';
import { type BuildTags, hasTag } from './build-tags.js';

/**
 * A value in both moods: `high` where the answer yes is preferred, `low` where no is. They differ only under the tags 'any', where nearly
 * every tag is set and unset at once; negation turns one mood into the other.
 */
interface Value {
  readonly high: boolean;
  readonly low: boolean;
}

const both = (x: boolean): Value => ({ high: x, low: x });
const not = (x: Value): Value => ({ high: !x.low, low: !x.high });
const and = (x: Value, y: Value): Value => ({ high: x.high && y.high, low: x.low && y.low });
const or = (x: Value, y: Value): Value => ({ high: x.high || y.high, low: x.low || y.low });

function valueOf(tag: string, tags: BuildTags): Value {
  if (tags === 'any') return tag === 'ignore' ? both(false) : { high: true, low: false };
  return both(hasTag(tags, tag));
}

/** Reports whether the character may stand in a tag: a letter, a digit, `_` or `.`. */
function isTagCharacter(char: string): boolean {
  if (/[\w.]/.test(char)) return true;
  const code = char.codePointAt(0)!;
  return isLetter(code) || isDigit(code);
}

/** The go command refuses larger expressions: operands and parentheses opened. */
const maxOperands = 1000;

/** So no expression has more than this: each operand with its negation, an operator and a closing parenthesis. */
const maxTokens = 4 * maxOperands;

/** Splits an expression into tags and `( ) ! && ||`; undefined when something else stands there, or far too much. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0, end = 0; at < text.length; at = end) {
    const char = text[at]!;
    end = at + 1;
    if (char === ' ' || char === '\t') continue;
    if (tokens.length >= maxTokens) return undefined;
    if (char === '&' || char === '|') {
      if (text[end++] !== char) return undefined;
    } else if (char !== '(' && char !== ')' && char !== '!') {
      end = tagEnd(text, at);
      if (end === at) return undefined;
    }
    tokens.push(text.slice(at, end));
  }
  return tokens;
}

function tagEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const char = String.fromCodePoint(text.codePointAt(end)!);
    if (!isTagCharacter(char)) break;
    end += char.length;
  }
  return end;
}

const precedence: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['!', 3],
]);

/** Evaluates the expression of a //go:build line; undefined when it is none. */
function evaluate(text: string, tags: BuildTags): Value | undefined {
  const values: Value[] = [];
  const operators: string[] = [];
  /** Applies the operators on top that bind at least as strongly. */
  const reduce = (least: number) => {
    for (let top = operators.at(-1); top !== undefined && (precedence.get(top) ?? 0) >= least; top = operators.at(-1)) {
      operators.pop();
      const x = values.pop()!;
      values.push(top === '!' ? not(x) : top === '&&' ? and(values.pop()!, x) : or(values.pop()!, x));
    }
  };
  let operands = 0;
  let wantsOperand = true;
  for (const token of tokensOf(text) ?? ['']) {
    const binds = precedence.get(token);
    if (wantsOperand) {
      if (token === '!') {
        if (operators.at(-1) === '!') return undefined;
        operators.push(token);
        continue;
      }
      if (token === '' || token === ')' || binds !== undefined || ++operands > maxOperands) return undefined;
      if (token === '(') {
        operators.push(token);
        continue;
      }
      values.push(valueOf(token, tags));
      wantsOperand = false;
    } else if (token === ')') {
      reduce(1);
      if (operators.pop() !== '(') return undefined;
    } else if (token === '&&' || token === '||') {
      reduce(binds!);
      operators.push(token);
      wantsOperand = true;
    } else {
      return undefined;
    }
  }
  if (wantsOperand) return undefined;
  reduce(1);
  return operators.length === 0 ? values[0] : undefined;
}

/** The go command passes over `// +build` lines with more operators than this. */
const maxOldOperators = 100;

/** So no line that counts is longer, unless its tags are absurd. */
const maxOldLength = 1 << 16;

/** One word of a `// +build` line: a tag, perhaps negated. What is no tag counts as `ignore`. */
function evaluateOldTerm(term: string, tags: BuildTags): Value {
  if (term === '!' || term.startsWith('!!')) return valueOf('ignore', tags);
  const name = term.startsWith('!') ? term.slice(1) : term;
  const isTag = name !== '' && [...name].every(isTagCharacter);
  const value = valueOf(isTag ? name : 'ignore', tags);
  return term.startsWith('!') ? not(value) : value;
}

/** Evaluates what follows `// +build`: white space is or, a comma is and. undefined when it is too long. */
function evaluateOld(text: string, tags: BuildTags): Value | undefined {
  if (text.length > maxOldLength) return undefined;
  const clauses = goFields(text).map((clause) => clause.split(','));
  if (clauses.length === 0) return valueOf('ignore', tags);
  if (clauses.flat().length - 1 > maxOldOperators) return undefined;
  return clauses.map((terms) => terms.map((term) => evaluateOldTerm(term, tags)).reduce(and)).reduce(or);
}

/** What follows the keyword on a line that starts with it; undefined when the word goes on. */
function afterKeyword(line: string, keyword: string): string | undefined {
  if (!line.startsWith(keyword)) return undefined;
  const rest = line.slice(keyword.length);
  return rest === '' || isGoSpace(rest.charCodeAt(0)) ? trimGoSpace(rest) : undefined;
}

interface ConstraintLines {
  readonly goBuild: readonly string[];
  readonly plusBuild: readonly string[];
}

/**
 * The constraints in the comments at the head: //go:build lines outside of block comments, and the `// +build` lines of the leading run of
 * line comments that a blank line follows.
 */
function constraintLines(text: string): ConstraintLines {
  const goBuild: string[] = [];
  const candidates: string[] = [];
  let confirmed = 0;
  let isLeading = true;
  let inBlock = false;
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = trimGoSpace(text.slice(start, end));
    if (line === '') {
      if (isLeading) confirmed = candidates.length;
      continue;
    }
    const isComment = line.startsWith('//');
    if (!isComment) isLeading = false;
    if (isComment && !inBlock) {
      const expression = afterKeyword(line, '//go:build');
      if (expression !== undefined) goBuild.push(expression);
      const old = isLeading ? afterKeyword(trimGoSpace(line.slice(2)), '+build') : undefined;
      if (old !== undefined) candidates.push(old);
      continue;
    }
    const rest = afterBlockComments(line, inBlock);
    if (rest.hasCode) break;
    inBlock = rest.inBlock;
  }
  return { goBuild, plusBuild: candidates.slice(0, confirmed) };
}

/** What is left of a line behind its block comments: code, or a comment that goes on below. */
function afterBlockComments(line: string, startsInBlock: boolean): { inBlock: boolean; hasCode: boolean } {
  let inBlock = startsInBlock;
  for (let at = 0; ; ) {
    if (inBlock) {
      const end = line.indexOf('*/', at);
      if (end < 0) return { inBlock, hasCode: false };
      inBlock = false;
      at = end + 2;
    }
    at = skipGoSpace(line, at);
    if (at === line.length || line.startsWith('//', at)) return { inBlock, hasCode: false };
    if (!line.startsWith('/*', at)) return { inBlock, hasCode: true };
    inBlock = true;
    at += 2;
  }
}

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reports whether a build with these tags takes the file that starts so. A //go:build line rules alone; without one, every `// +build`
 * line must hold. A malformed or second //go:build line excludes the file.
 * @param header the head of the file (`GoHeader.header`), or the whole file without a byte order mark.
 */
export function shouldBuild(header: Uint8Array, tags: BuildTags): boolean {
  const text = lossy.decode(header);
  if (!text.includes('go:build') && !text.includes('+build')) return true;
  const { goBuild, plusBuild } = constraintLines(text);
  if (goBuild.length > 1) return false;
  const [expression] = goBuild;
  if (expression !== undefined) return evaluate(expression, tags)?.high ?? false;
  return plusBuild.every((line) => evaluateOld(line, tags)?.high ?? true);
}
