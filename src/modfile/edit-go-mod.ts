/** Edits of go.mod: module, exclude, retract, tool, ignore. Requirements are in edit-require.ts. */
import {
  canonicalVersion,
  checkPathMajor,
  InvalidVersionError,
  pathMajorPrefix,
  semver,
  splitPathVersion,
} from '../module/index.js';
import { addLine, dropWhere, setTokens } from './edit-syntax.js';
import type { GoModFile, VersionInterval } from './go-mod.js';
import { autoQuote } from './quote.js';
import { sortBlocks } from './sort-blocks.js';

/** Sets the module path. */
export function addModule(file: GoModFile, path: string): void {
  const tokens = ['module', autoQuote(path)];
  if (file.module) {
    file.module.path = path;
    setTokens(file.module.syntax, tokens);
    return;
  }
  file.module = { path, version: '', deprecated: '', syntax: addLine(file.syntax, 'verb', tokens) };
}

/** Excludes a version, unless it is excluded already. Throws InvalidVersionError. */
export function addExclude(file: GoModFile, path: string, version: string): void {
  checkCanonical(path, version);
  if (file.exclude.some((x) => x.path === path && x.version === version)) return;
  const sibling = file.exclude.findLast((x) => x.path === path);
  // as with replace, the first for a path goes to the end of the file
  const syntax = addLine(file.syntax, sibling?.syntax ?? 'end', ['exclude', autoQuote(path), version]);
  file.exclude.push({ path, version, syntax });
}

export function dropExclude(file: GoModFile, path: string, version: string): void {
  file.exclude = dropWhere(file.exclude, (x) => x.path === path && x.version === version);
}

/** Retracts an interval, with its rationale as comments above. Throws InvalidVersionError. */
export function addRetract(file: GoModFile, interval: VersionInterval, rationale = ''): void {
  const { low, high } = interval;
  const path = file.module?.path ?? '';
  checkCanonical(path, high);
  checkCanonical(path, low);
  const words = low === high ? [autoQuote(low)] : ['[', autoQuote(low), ',', autoQuote(high), ']'];
  const syntax = addLine(file.syntax, 'verb', ['retract', ...words]);
  if (rationale !== '') syntax.before = rationale.split('\n').map((text) => `// ${text}`);
  file.retract.push({ low, high, rationale, syntax });
}

export function dropRetract(file: GoModFile, interval: VersionInterval): void {
  file.retract = dropWhere(file.retract, (r) => r.low === interval.low && r.high === interval.high);
}

/** Adds a tool, unless it is there already, and sorts the blocks. */
export function addTool(file: GoModFile, path: string): void {
  addPath(file, 'tool', path);
}

export function dropTool(file: GoModFile, path: string): void {
  file.tool = dropWhere(file.tool, (t) => t.path === path);
}

/** Adds a folder to ignore, unless it is there already, and sorts the blocks. */
export function addIgnore(file: GoModFile, path: string): void {
  addPath(file, 'ignore', path);
}

export function dropIgnore(file: GoModFile, path: string): void {
  file.ignore = dropWhere(file.ignore, (t) => t.path === path);
}

function addPath(file: GoModFile, verb: 'tool' | 'ignore', path: string): void {
  if (file[verb].some((entry) => entry.path === path)) return;
  file[verb].push({ path, syntax: addLine(file.syntax, 'verb', [verb, path]) });
  sortBlocks(file);
}

/** Throws InvalidVersionError, with a proposal, unless the version is canonical and of the path's major version. */
function checkCanonical(path: string, version: string): void {
  const pathMajor = splitPathVersion(path)?.pathMajor;
  if (version === '' || version !== canonicalVersion(version)) {
    const major = pathMajorPrefix(pathMajor ?? '') || 'v1';
    throw new InvalidVersionError(version, `must be of the form ${major}.2.3`);
  }
  if (pathMajor === undefined) return;
  try {
    checkPathMajor(version, pathMajor);
  } catch (error) {
    if (pathMajor !== '') throw error;
    const other = `${path}/${semver.major(version)}`;
    throw new InvalidVersionError(version, `should be ${version}+incompatible (or module ${other})`);
  }
}
