/**
 * Edits of the requirements of a go.mod, one by one and as a whole (go.dev/ref/mod#go-mod-file-updates).
 * From go 1.17 direct and indirect requirements stand in blocks of their own: `setRequireSeparateIndirect`;
 * from go 1.27 there are no other blocks: `setRequireAtMostTwo`.
 */
import { failed } from '../errors.js';
import type { ModuleVersion } from '../module/index.js';
import { addLine, addLines, dropWhere, lineToBlock, removeLine, setTokens } from './edit-syntax.js';
import type { GoModFile, RequireDirective } from './go-mod.js';
import { hasComments, isIndirect, markIndirect } from './line-comments.js';
import { autoQuote } from './quote.js';
import { sortBlocks } from './sort-blocks.js';
import { type FileSyntax, type Line, type LineBlock, newBlock, newLine } from './syntax.js';

export interface Requirement extends ModuleVersion {
  readonly indirect: boolean;
}

/** Sets the version on the first line for the path and removes its other lines; a new one goes to the last block. */
export function addRequire(file: GoModFile, path: string, version: string): void {
  const first = file.require.find((r) => r.path === path);
  if (!first) {
    addNewRequire(file, path, version, false);
    return;
  }
  first.version = version;
  setTokens(first.syntax, requireTokens(path, version));
  file.require = dropWhere(file.require, (r) => r.path === path && r !== first);
}

/** Adds a line at the end of the last require block, whether the path has one or not. */
export function addNewRequire(file: GoModFile, path: string, version: string, indirect: boolean): void {
  const syntax = addLine(file.syntax, 'verb', requireTokens(path, version));
  markIndirect(syntax, indirect);
  file.require.push({ path, version, indirect, syntax });
}

export function dropRequire(file: GoModFile, path: string): void {
  file.require = dropWhere(file.require, (r) => r.path === path);
}

/**
 * Makes the file require exactly these modules. Lines, their comments and blocks stay for the first requirement of each
 * path; new ones join the last block; all blocks are sorted. Call `cleanup` afterwards.
 * Throws 'failed' for two versions of one path.
 */
export function setRequire(file: GoModFile, requirements: Iterable<Requirement>): void {
  const missing = new Map<string, Requirement>();
  for (const want of requirements) {
    const other = missing.get(want.path);
    if (other && other.version !== want.version) {
      throw failed(`two versions required of ${want.path}: ${other.version} and ${want.version}`);
    }
    missing.set(want.path, want);
  }
  file.require = file.require.filter((have) => {
    const want = missing.get(have.path);
    missing.delete(have.path);
    return update(have, want);
  });
  const added = [...missing.values()];
  const lines = addLines(
    file.syntax,
    'verb',
    added.map((want) => requireTokens(want.path, want.version)),
  );
  added.forEach(({ path, version, indirect }, i) => {
    const syntax = lines[i]!;
    markIndirect(syntax, indirect);
    file.require.push({ path, version, indirect, syntax });
  });
  sortBlocks(file);
}

/**
 * Like `setRequire`, with direct and indirect requirements in two blocks: the last uncommented block that holds only the
 * one kind, or a new one. Requirements move between these two when their kind changes; those in other blocks stay,
 * but a single uncommented block of both kinds is split. Call `cleanup` afterwards.
 */
export function setRequireSeparateIndirect(file: GoModFile, requirements: Iterable<Requirement>): void {
  const layout = surveyRequires(file.syntax);
  const blocks = ensureBlocks(file.syntax, layout);
  setInBlocks(file, requirements, blocks, ({ syntax, indirect }) => {
    const other = indirect ? blocks.direct : blocks.indirect;
    return layout.isOneFlatBlock || layout.blockOf.get(syntax) === other;
  });
}

/**
 * Like `setRequireSeparateIndirect`, but every requirement moves to one of the two blocks, with the comments on its line. The comments
 * above a block go to the direct one if the block has a requirement that is direct now, or has none at all; to the indirect one otherwise.
 * Between the comments of two blocks an empty one is put. Call `cleanup` afterwards.
 */
export function setRequireAtMostTwo(file: GoModFile, requirements: Iterable<Requirement>): void {
  const wanted = [...requirements];
  const layout = surveyRequires(file.syntax);
  const comments = takeBlockComments(file, new Map(wanted.map(({ path, indirect }) => [path, indirect])));
  const blocks = ensureBlocks(file.syntax, layout);
  for (const kind of ['direct', 'indirect'] as const) blocks[kind].before = comments[kind];
  setInBlocks(file, wanted, blocks, () => true);
}

interface TwoBlocks {
  readonly direct: LineBlock;
  readonly indirect: LineBlock;
}

/** Sets the requirements; the new ones, and those that are to move, go to the block of their kind. */
function setInBlocks(
  file: GoModFile,
  requirements: Iterable<Requirement>,
  blocks: TwoBlocks,
  moves: (requirement: RequireDirective) => boolean,
): void {
  const missing = new Map(Array.from(requirements, (want) => [want.path, want]));
  file.require = file.require.filter((have) => {
    const want = missing.get(have.path);
    missing.delete(have.path);
    if (!update(have, want)) return false;
    if (moves(have)) moveTo(have.indirect ? blocks.indirect : blocks.direct, have);
    return true;
  });
  for (const { path, version, indirect } of missing.values()) {
    const syntax = newLine([autoQuote(path), version], true);
    markIndirect(syntax, indirect);
    (indirect ? blocks.indirect : blocks.direct).lines.push(syntax);
    file.require.push({ path, version, indirect, syntax });
  }
  sortBlocks(file);
}

const requireTokens = (path: string, version: string): string[] => ['require', autoQuote(path), version];

/** Gives a requirement its wanted version and mark; without one, marks its line as dead. Reports whether it stays. */
function update(have: RequireDirective, want: Requirement | undefined): boolean {
  if (!want) {
    removeLine(have.syntax);
    return false;
  }
  have.version = want.version;
  setLineVersion(have.syntax, want.version);
  have.indirect = want.indirect;
  markIndirect(have.syntax, want.indirect);
  return true;
}

function setLineVersion(line: Line, version: string): void {
  // a blank line above a line that gets sorted would end up anywhere (go.dev/issue/33779)
  if (line.inBlock && line.before.length === 1 && line.before[0] === '') line.before = [];
  const at = line.inBlock ? 1 : 2;
  if (line.tokens.length > at) line.tokens[at] = version;
}

/** Moves a requirement to the end of a block. Its old line dies; comments go along. */
function moveTo(block: LineBlock, requirement: RequireDirective): void {
  const old = requirement.syntax;
  const tokens = !old.inBlock && old.tokens[0] === 'require' ? old.tokens.slice(1) : old.tokens;
  const line: Line = { ...old, tokens, inBlock: true };
  old.tokens = [];
  requirement.syntax = line;
  block.lines.push(line);
}

interface RequireLayout {
  /** The last statement that holds only direct requirements without comments; -1 when there is none. */
  readonly direct: number;
  /** The same for indirect ones. */
  readonly indirect: number;
  /** The last statement of requirements; -1 when there is none. */
  readonly last: number;
  /** Whether all requirements stand in one statement, and that has no comments. */
  readonly isOneFlatBlock: boolean;
  readonly blockOf: ReadonlyMap<Line, LineBlock>;
}

function surveyRequires(tree: FileSyntax): RequireLayout {
  let direct = -1;
  let indirect = -1;
  let last = -1;
  let count = 0;
  const blockOf = new Map<Line, LineBlock>();
  tree.statements.forEach((statement, i) => {
    if (statement.kind === 'comments' || statement.tokens[0] !== 'require') return;
    last = i;
    count++;
    const lines = statement.kind === 'block' ? statement.lines : [statement];
    if (statement.kind === 'block') for (const line of lines) blockOf.set(line, statement);
    if (lines.length === 0 || hasComments(statement) || lines.some(hasComments)) return;
    if (lines.every(isIndirect)) indirect = i;
    else if (!lines.some(isIndirect)) direct = i;
  });
  const isOneFlatBlock = count === 1 && !hasComments(tree.statements[last]!);
  return { direct, indirect, last, isOneFlatBlock, blockOf };
}

/** Takes the comments above each require block off, for the two blocks to come. `wantedAsIndirect` has the kind of each path wanted. */
function takeBlockComments(
  file: GoModFile,
  wantedAsIndirect: ReadonlyMap<string, boolean>,
): { direct: readonly string[]; indirect: readonly string[] } {
  const isIndirectNow = new Map(file.require.map((have) => [have.syntax, wantedAsIndirect.get(have.path)]));
  const taken = { direct: [] as string[], indirect: [] as string[] };
  for (const statement of file.syntax.statements) {
    if (statement.kind !== 'block' || statement.tokens[0] !== 'require' || statement.before.length === 0) continue;
    const { lines, before } = statement;
    const isDirect = lines.length === 0 || lines.some((line) => isIndirectNow.get(line) === false);
    const list = isDirect ? taken.direct : taken.indirect;
    if (list.length > 0) list.push('//');
    list.push(...before);
    statement.before = [];
  }
  return taken;
}

/** The blocks for the two kinds, made where they are not there; `cleanup` removes one that stays empty. */
function ensureBlocks(tree: FileSyntax, layout: RequireLayout): TwoBlocks {
  const insert = (i: number): LineBlock => {
    const block = newBlock(['require'], []);
    tree.statements.splice(i, 0, block);
    return block;
  };
  const ensure = (i: number): LineBlock => {
    const statement = tree.statements[i]!;
    return statement.kind === 'line' ? lineToBlock(tree, i, statement) : (statement as LineBlock);
  };
  if (layout.direct >= 0) {
    const direct = ensure(layout.direct);
    return { direct, indirect: layout.indirect >= 0 ? ensure(layout.indirect) : insert(layout.direct + 1) };
  }
  if (layout.indirect >= 0) {
    const indirect = ensure(layout.indirect);
    return { direct: insert(layout.indirect), indirect };
  }
  const end = layout.last >= 0 ? layout.last + 1 : tree.statements.length;
  const direct = insert(end);
  return { direct, indirect: insert(end + 1) };
}
