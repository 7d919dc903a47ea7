/**
 * Reads the go.mod of a main module: strictly, with versions that are not canonical (a branch, `v1`) resolved first.
 */

import { quoteGo } from '../../encoding/quote-go.js';
import { textDamage } from '../../encoding/text-damage.js';
import { ModuleError, messageOf, TsgogetError } from '../../errors.js';
import { compareGo, isToolchainModule } from '../../gover/index.js';
import { TooNewError } from '../../modfetch/index.js';
import { type GoModFile, parseGoMod } from '../../modfile/index.js';
import { canonicalVersion, checkPathMajor, splitPathVersion, zeroPseudoVersion } from '../../module/index.js';
import { query } from '../query/query.js';
import type { Session } from '../session/session.js';

export interface ReadGoMod {
  readonly data: Uint8Array;
  readonly file: GoModFile;
  /** A version in it was not canonical: it was resolved, and the file should be written. */
  readonly neededFix: boolean;
}

type Fixed = Map<string, { version: string } | { error: unknown }>;
const fixKey = (path: string, version: string) => `${path}\n${version}`;

/** Reads and parses. Throws TooNewError, or 'invalid-modfile' with one line for each mistake. */
export async function readGoMod(session: Session, goModPath: string): Promise<ReadGoMod> {
  const name = session.short(goModPath);
  const data = await session.tree.read(goModPath, name);
  if (data === undefined) {
    throw new TsgogetError('not-found', `open ${name}: no such file or directory`);
  }
  const { file, neededFix } = await parseFixed(session, goModPath, data);
  if (file.module === undefined) {
    throw new TsgogetError(
      'invalid-modfile',
      `error reading ${name}: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod`,
    );
  }
  if (isToolchainModule(file.module.path)) {
    throw new TsgogetError(
      'invalid-modfile',
      `error reading ${name}: invalid module path: ${quoteGo(file.module.path)}`,
    );
  }
  checkTooNew(session, name, file);
  return { data, file, neededFix };
}

function checkTooNew(session: Session, name: string, file: GoModFile): void {
  const wanted = file.go?.version;
  if (wanted !== undefined && compareGo(wanted, session.goVersion) > 0) {
    throw session.tooNew(name, wanted);
  }
}

async function parseFixed(
  session: Session,
  goModPath: string,
  data: Uint8Array,
): Promise<{ file: GoModFile; neededFix: boolean }> {
  const fixed: Fixed = new Map();
  const wanted = new Map<string, [path: string, version: string]>();
  let isRewritten = false;
  const collect = (path: string, given: string) => {
    const { version, isCanonical } = readVersion(path, given);
    isRewritten ||= version !== given;
    if (isCanonical) return version;
    wanted.set(fixKey(path, version), [path, version]);
    return zeroPseudoVersion(splitPathVersion(path)?.pathMajor.slice(1) ?? '');
  };
  try {
    const file = parse(session, goModPath, data, collect);
    if (wanted.size === 0) return { file, neededFix: isRewritten };
  } catch (error) {
    // all mistakes are told in one run: those of versions that must be asked for too
    if (error instanceof TooNewError || wanted.size === 0) throw error;
  }
  await Promise.all(
    Array.from(wanted, async ([key, [path, version]]) => {
      try {
        fixed.set(key, { version: (await query(session, path, version)).version });
      } catch (error) {
        fixed.set(key, { error });
      }
    }),
  );
  const fix = (path: string, given: string) => {
    const { version, isCanonical } = readVersion(path, given);
    if (isCanonical) return version;
    const answer = fixed.get(fixKey(path, version))!;
    if ('version' in answer) return answer.version;
    throw answer.error;
  };
  return { file: parse(session, goModPath, data, fix), neededFix: true };
}

/** The version, without what vgo put before those of gopkg.in; one that is not canonical is to be asked for. Throws when the path cannot have it. */
function readVersion(path: string, given: string): { version: string; isCanonical: boolean } {
  const marker = '-gopkgin-';
  const at = path.startsWith('gopkg.in/') ? given.indexOf(marker) : -1;
  const version = at < 0 ? given : given.slice(at + marker.length);
  const split = splitPathVersion(path);
  if (split === undefined) {
    throw new TsgogetError(
      'invalid-version',
      `${path}@${version}: invalid version: malformed module path ${quoteGo(path)}`,
    );
  }
  if (version === '' || canonicalVersion(version) !== version) return { version, isCanonical: false };
  try {
    checkPathMajor(version, split.pathMajor);
  } catch (error) {
    throw new ModuleError('invalid-version', { path, version }, messageOf(error), { cause: error });
  }
  return { version, isCanonical: true };
}

function parse(
  session: Session,
  goModPath: string,
  data: Uint8Array,
  fix: (path: string, version: string) => string,
): GoModFile {
  const name = session.short(goModPath);
  try {
    return parseGoMod(goModPath, data, { goVersion: session.goVersion, fixVersion: fix });
  } catch (error) {
    const lax = parseLax(name, data, fix);
    if (lax !== undefined) checkTooNew(session, name, lax);
    // as go does: the places are short, what a mistake says of another place is not
    const mistakes = messageOf(error)
      .split('\n')
      .map((line) => (line.startsWith(`${goModPath}:`) ? name + line.slice(goModPath.length) : line));
    const words = `errors parsing ${name}:\n${mistakes.join('\n')}`;
    throw new TsgogetError('invalid-modfile', words, { cause: error, hint: textDamage(name, data)?.what });
  }
}

function parseLax(
  name: string,
  data: Uint8Array,
  fix: (path: string, version: string) => string,
): GoModFile | undefined {
  try {
    return parseGoMod(name, data, { lax: true, fixVersion: fix });
  } catch {
    return undefined;
  }
}
