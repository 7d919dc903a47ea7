/**
 * What a name of a revision can mean by git's rules (gitrevisions(7), "<refname>"): git takes the first ref that is there, so that
 * whoever may push a tag chooses what a branch's name means. Here a name counts only where all that it can mean is one commit.
 */
import { TsgogetError } from '../errors.js';

/** Runs git in the repository; a `code` other than 0 is git's own. */
export type RunGit = (...args: string[]) => Promise<{ readonly code: number; readonly stdout: string }>;

/** More objects of one abbreviation are not looked at: it names nothing then. */
const maxObjects = 64;

/** The refs that a name can stand for, as git looks for them. */
const refsNamed = (name: string) => [
  ...(name.startsWith('refs/') ? [name] : []),
  `refs/${name}`,
  `refs/tags/${name}`,
  `refs/heads/${name}`,
  `refs/remotes/${name}`,
  `refs/remotes/${name}/HEAD`,
];

/**
 * Throws 'failed', naming each, where the name that a revision begins with can mean different commits. `commit` is what git took the
 * revision for. A full object id means itself.
 */
export async function refuseAmbiguous(revision: string, commit: string, git: RunGit): Promise<void> {
  const name = /^(?:(?!@\{)[^~^:])*/.exec(revision)![0];
  const names = name === '' ? [] : [name === '@' ? 'HEAD' : name];
  const mark = /^@\{-\d+\}/.exec(revision)?.[0];
  if (mark !== undefined) names.push(...(await branchBefore(mark, git)));
  for (const one of names) {
    if (/^[0-9a-f]+$/i.test(one) && one.length === commit.length) continue;
    const meanings = await meaningsOf(one, git);
    if (new Set(meanings.values()).size < 2) continue;
    const listed = [...meanings].map(([meaning, id]) => `${meaning} (${id.slice(0, 12)})`).join(', ');
    throw new TsgogetError('failed', `--changed: ${JSON.stringify(one)} can mean different commits: ${listed}`, {
      hint: 'give the full object id of the one that you mean: git rev-parse REF prints it',
    });
  }
}

/** The branch that `@{-1}` stands for: git then looks for its name as for any other. */
async function branchBefore(mark: string, git: RunGit): Promise<string[]> {
  const { code, stdout } = await git('check-ref-format', '--branch', mark);
  return code === 0 ? [stdout.trim()] : [];
}

/** What the name can mean → the object: a commit where it leads to one. Empty, or one, where nothing is in doubt. */
async function meaningsOf(name: string, git: RunGit): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const commitOf = async (object: string) => {
    const { code, stdout } = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${object}^{commit}`);
    return code === 0 ? stdout.trim() : undefined;
  };
  for (const ref of refsNamed(name)) {
    const { code, stdout } = await git('show-ref', '--verify', '--hash', '--', ref);
    if (code !== 0) continue;
    const id = stdout.trim();
    found.set(ref, (await commitOf(id)) ?? id);
  }
  // HEAD and its like, which are no refs below refs/; and where git finds what is not listed above
  const own = await commitOf(name);
  if (own !== undefined && ![...found.values()].includes(own)) found.set(name, own);
  const prefix = /(?:^|-g)([0-9a-f]{4,})$/i.exec(name)?.[1];
  if (found.size === 0 || prefix === undefined) return found;
  const { stdout } = await git('rev-parse', `--disambiguate=${prefix}`);
  for (const id of stdout.split('\n').filter(Boolean).slice(0, maxObjects)) {
    const object = await commitOf(id);
    if (object !== undefined && ![...found.values()].includes(object)) found.set(`commit ${id}`, object);
  }
  return found;
}
