/** Edits that go.mod and go.work share: go, toolchain, godebug, replace, comments, cleanup. */
import { TsgogetError } from '../errors.js';
import type { ModuleVersion } from '../module/index.js';
import { addLine, cleanupSyntax, dropWhere, removeLine, setTokens } from './edit-syntax.js';
import type { GoModFile } from './go-mod.js';
import type { GoWorkFile } from './go-work.js';
import { quoteText } from './mod-text.js';
import { autoQuote } from './quote.js';
import { goVersionRegExp, toolchainRegExp } from './shared-directives.js';
import { type Line, newCommentBlock, newLine } from './syntax.js';

type ModOrWork = GoModFile | GoWorkFile;

/** Sets the go version: below the module line, in go.work at the top. Throws 'invalid-version'. */
export function addGo(file: ModOrWork, version: string): void {
  if (!goVersionRegExp.test(version)) {
    throw new TsgogetError('invalid-version', `invalid language version ${quoteText(version)}`);
  }
  const tokens = ['go', version];
  if (file.go) {
    file.go.version = version;
    setTokens(file.go.syntax, tokens);
    return;
  }
  const syntax =
    file.kind === 'go.mod'
      ? addLine(file.syntax, file.module?.syntax ?? 'verb', tokens)
      : insertLine(file, firstDirective(file), tokens);
  file.go = { version, syntax };
}

export function dropGo(file: ModOrWork): void {
  if (file.go) removeLine(file.go.syntax);
  file.go = undefined;
}

/** Sets the toolchain, below the go line when there is one. Throws 'invalid-version'. */
export function addToolchain(file: ModOrWork, name: string): void {
  if (!toolchainRegExp.test(name)) {
    throw new TsgogetError('invalid-version', `invalid toolchain name ${quoteText(name)}`);
  }
  const tokens = ['toolchain', name];
  if (file.toolchain) {
    file.toolchain.name = name;
    setTokens(file.toolchain.syntax, tokens);
    return;
  }
  const syntax =
    file.kind === 'go.mod'
      ? addLine(file.syntax, file.go?.syntax ?? file.module?.syntax ?? 'verb', tokens)
      : insertLine(file, afterGo(file) ?? firstDirective(file), tokens);
  file.toolchain = { name, syntax };
}

export function dropToolchain(file: ModOrWork): void {
  if (file.toolchain) removeLine(file.toolchain.syntax);
  file.toolchain = undefined;
}

/** The place of the first statement that is no comment. */
function firstDirective({ syntax }: ModOrWork): number {
  const index = syntax.statements.findIndex((s) => s.kind !== 'comments');
  return index < 0 ? syntax.statements.length : index;
}

function afterGo({ syntax }: ModOrWork): number | undefined {
  const index = syntax.statements.findIndex((s) => s.kind === 'line' && s.tokens[0] === 'go');
  return index < 0 ? undefined : index + 1;
}

function insertLine({ syntax }: ModOrWork, index: number, tokens: string[]): Line {
  const line = newLine(tokens, false);
  syntax.statements.splice(index, 0, line);
  return line;
}

/** Sets a godebug key on its first line and removes its other lines; a new one goes to the last godebug block. */
export function addGodebug(file: ModOrWork, key: string, value: string): void {
  const tokens = ['godebug', `${key}=${value}`];
  const first = file.godebug.find((g) => g.key === key);
  if (!first) {
    file.godebug.push({ key, value, syntax: addLine(file.syntax, 'verb', tokens) });
    return;
  }
  first.value = value;
  setTokens(first.syntax, tokens);
  file.godebug = dropWhere(file.godebug, (g) => g.key === key && g !== first);
}

export function dropGodebug(file: ModOrWork, key: string): void {
  file.godebug = dropWhere(file.godebug, (g) => g.key === key);
}

/**
 * Replaces `old` (version '' for every version) by `target` (version '' for a folder). The first line that replaces the
 * same is changed, or with version '' the first of that path; other lines that match go.
 * As in Go, a line that is changed keeps its `old` in the typed file until it is parsed again.
 */
export function addReplace(file: ModOrWork, old: ModuleVersion, target: ModuleVersion): void {
  const words = ({ path, version }: ModuleVersion) => [autoQuote(path), ...(version === '' ? [] : [version])];
  const tokens = ['replace', ...words(old), '=>', ...words(target)];
  const matches = (m: ModuleVersion) => m.path === old.path && (old.version === '' || m.version === old.version);
  const first = file.replace.find((r) => matches(r.old));
  if (!first) {
    const sibling = file.replace.findLast((r) => r.old.path === old.path);
    // unlike other directives, the first for a path goes to the end of the file, not to the last block
    const syntax = addLine(file.syntax, sibling?.syntax ?? 'end', tokens);
    file.replace.push({ old: { ...old }, new: { ...target }, syntax });
    return;
  }
  first.new = { ...target };
  setTokens(first.syntax, tokens);
  file.replace = dropWhere(file.replace, (r) => r !== first && matches(r.old));
}

export function dropReplace(file: ModOrWork, old: ModuleVersion): void {
  file.replace = dropWhere(file.replace, (r) => r.old.path === old.path && r.old.version === old.version);
}

/** Adds a comment, `//` included, at the end of the file. */
export function addComment(file: ModOrWork, text: string): void {
  file.syntax.statements.push(newCommentBlock([text]));
}

/** Removes from the tree what edits have dropped, and makes a line of each block with one line. Call it after edits. */
export function cleanup(file: ModOrWork): void {
  cleanupSyntax(file.syntax);
}
