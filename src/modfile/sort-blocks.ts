/** Sorts the lines of blocks as the go command leaves them, after removing duplicates. */
import { semver } from '../module/index.js';
import type { GoModFile, VersionInterval } from './go-mod.js';
import type { GoWorkFile } from './go-work.js';
import { compareText } from './mod-text.js';
import type { FileSyntax, Line, LineBlock } from './syntax.js';

type CompareLines = (a: Line, b: Line) => number;

/**
 * Sorts the lines in each block. Duplicate exclude, tool and ignore directives go, the first stays; of duplicate replace
 * directives the last stays. Exclude blocks follow semantic order from go 1.21, retract blocks always, newest first.
 */
export function sortBlocks(file: GoModFile | GoWorkFile): void {
  removeDuplicates(file);
  const order = (block: LineBlock): CompareLines => {
    if (file.kind === 'go.work') return compareTokens;
    if (block.tokens[0] === 'retract') return compareRetract;
    return block.tokens[0] === 'exclude' && sortsExcludesByVersion(file) ? compareExclude : compareTokens;
  };
  for (const statement of file.syntax.statements) {
    if (statement.kind === 'block') statement.lines.sort(order(statement));
  }
}

/** Go compares the bare version here: a release candidate of 1.21 is no semantic version and does not count. */
function sortsExcludesByVersion(file: GoModFile): boolean {
  return file.go !== undefined && semver.compare(`v${file.go.version}`, 'v1.21') >= 0;
}

function compareTokens(a: Line, b: Line): number {
  const n = Math.min(a.tokens.length, b.tokens.length);
  for (let i = 0; i < n; i++) {
    const order = compareText(a.tokens[i]!, b.tokens[i]!);
    if (order !== 0) return order;
  }
  return a.tokens.length - b.tokens.length;
}

function compareExclude(a: Line, b: Line): number {
  if (a.tokens.length !== 2 || b.tokens.length !== 2) return compareTokens(a, b);
  return compareText(a.tokens[0]!, b.tokens[0]!) || semver.compare(a.tokens[1]!, b.tokens[1]!);
}

function compareRetract(a: Line, b: Line): number {
  const x = intervalOf(a.tokens);
  const y = intervalOf(b.tokens);
  return semver.compare(y.low, x.low) || semver.compare(y.high, x.high);
}

function intervalOf(tokens: readonly string[]): VersionInterval {
  if (tokens.length === 1) return { low: tokens[0]!, high: tokens[0]! };
  const isInterval = tokens.length === 5 && tokens[0] === '[' && tokens[2] === ',' && tokens[4] === ']';
  return isInterval ? { low: tokens[1]!, high: tokens[3]! } : { low: '', high: '' };
}

function removeDuplicates(file: GoModFile | GoWorkFile): void {
  const dead = new Set<Line>();
  const keepFirst = <T extends { readonly syntax: Line }>(entries: readonly T[], key: (entry: T) => string): T[] => {
    const seen = new Set<string>();
    return entries.filter((entry) => {
      const isDuplicate = seen.size === seen.add(key(entry)).size;
      if (isDuplicate) dead.add(entry.syntax);
      return !isDuplicate;
    });
  };
  const moduleKey = (m: { path: string; version: string }) => JSON.stringify([m.path, m.version]);
  file.replace = keepFirst(file.replace.toReversed(), (r) => moduleKey(r.old)).toReversed();
  if (file.kind === 'go.mod') {
    file.exclude = keepFirst(file.exclude, moduleKey);
    file.tool = keepFirst(file.tool, (t) => t.path);
    file.ignore = keepFirst(file.ignore, (t) => t.path);
  }
  dropLines(file.syntax, dead);
}

/** Takes lines, and blocks that have none, out of the tree. */
function dropLines(tree: FileSyntax, dead: ReadonlySet<Line>): void {
  tree.statements = tree.statements.filter((statement) => {
    if (statement.kind === 'comments') return true;
    if (statement.kind === 'line') return !dead.has(statement);
    statement.lines = statement.lines.filter((line) => !dead.has(line));
    return statement.lines.length > 0;
  });
}
