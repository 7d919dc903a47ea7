/**
 * Reads files of an earlier revision from the user's own git repository, by running `git`. No path that fetches a module leads here,
 * and nothing that a module or a server names gets on a command line: only the revision that the user gave, behind --end-of-options.
 * No pager, no hook, no filter, no fetching, no lock.
 */
import { TsgogetError } from '../errors.js';
import { findProgram, hostGoos, osLookup } from '../goenv/index.js';
import { ProgramError, runProgram } from '../process/run-program.js';
import { refuseAmbiguous } from './ref-meanings.js';

export interface GitOptions {
  /** For PATH, HOME and what else git needs. Its GIT_… names are left out, but for those that say which configuration to read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

export interface GitRevision {
  /** The commit's full id. */
  readonly commit: string;
  /**
   * The file as it was, as the repository holds it: no conversion of line ends. Its folder must exist today.
   * undefined when there was no such file. Throws 'failed' for what is no file, or is not in this clone.
   */
  read(folder: string, name: string): Promise<Uint8Array | undefined>;
}

const timeoutMs = 60_000;
const maxFileBytes = 2 ** 24;

/**
 * Finds the commit that a revision names in the repository around `folder`. Throws 'usage' for text that can name none,
 * 'failed' where git is missing, where there is no repository, where the repository does not have the revision, and where its name
 * can mean different commits.
 */
export async function openRevision(folder: string, revision: string, options: GitOptions): Promise<GitRevision> {
  if (revision === '' || revision.length > 1024 || /[\x00-\x1f\x7f]/.test(revision)) {
    throw new TsgogetError('usage', `invalid git revision ${JSON.stringify(revision)}`);
  }
  const program = findGit(options.env);
  const git = (at: string, ...args: string[]) => run(program, at, args, options);
  const top = await git(folder, 'rev-parse', '--git-dir');
  if (top.code !== 0) {
    const words = /not a git repository/i.test(top.stderr) ? 'this is no git repository' : firstLine(top.stderr);
    const hint = /dubious ownership/i.test(top.stderr)
      ? 'if you trust its owner: git config --global --add safe.directory FOLDER'
      : 'run it in a checkout that git made';
    throw new TsgogetError('failed', `--changed: ${words}`, { hint });
  }
  const found = await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  const commit = found.stdout.trim();
  if (found.code !== 0 || !/^[0-9a-f]{40,64}$/.test(commit)) {
    const isShallow = (await git(folder, 'rev-parse', '--is-shallow-repository')).stdout.trim() === 'true';
    const plain = /^[0-9A-Za-z][0-9A-Za-z._/-]*$/.test(revision) ? revision.replace(/^origin\//, '') : 'REVISION';
    const hint = isShallow
      ? `the clone is shallow: run git fetch --depth=1 origin ${plain} (actions/checkout: fetch-depth: 0)`
      : 'see git log for what there is, or fetch it first';
    throw new TsgogetError('failed', `--changed: unknown revision ${JSON.stringify(revision)}`, { hint });
  }
  await refuseAmbiguous(revision, commit, (...args) => git(folder, ...args));
  return {
    commit,
    async read(at, name) {
      const fail = (what: string) => new TsgogetError('failed', `--changed: ${name} at ${revision}: ${what}`);
      // a name is a literal path for ls-tree, relative to the folder
      const listed = await git(at, 'ls-tree', '-z', commit, '--', `./${name}`);
      if (listed.code !== 0) throw fail(firstLine(listed.stderr));
      if (listed.stdout === '') return undefined;
      const entry = /^(\d+) blob ([0-9a-f]{40,64})\t/.exec(listed.stdout);
      if (!entry?.[1]?.startsWith('100')) throw fail('not a regular file');
      const blob = await git(at, 'cat-file', 'blob', entry[2]!);
      if (blob.code !== 0) throw fail(firstLine(blob.stderr));
      return new Uint8Array(Buffer.from(blob.stdout, 'latin1'));
    },
  };
}

const firstLine = (text: string) => text.split('\n', 1)[0]!.replace(/^fatal: /, '') || 'git failed';

/** git on the PATH: never one in the working folder, which comes from outside. */
function findGit(env: GitOptions['env']): string {
  const goos = hostGoos(process.platform);
  const found = findProgram('git', osLookup(env, goos), goos);
  if (found !== undefined) return found;
  throw new TsgogetError('failed', '--changed: git is not on the PATH', {
    hint: 'install git, or leave --changed out',
  });
}

const kept =
  /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

function gitEnvironment(env: GitOptions['env']): Record<string, string> {
  const own = Object.entries(env).filter(
    ([name, value]) => value !== undefined && (!/^GIT_/i.test(name) || kept.test(name)),
  );
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none', // for a git that does not know the line above: a missing object is an error, not a request
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

interface GitResult {
  readonly code: number;
  /** A byte a character. */
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  program: string,
  folder: string,
  args: readonly string[],
  { env, signal }: GitOptions,
): Promise<GitResult> {
  // a folder of the checkout that looks like a bare repository is none of the user's
  const fixed = ['--no-pager', '-c', 'safe.bareRepository=explicit', '-c', 'core.fsmonitor=false', '-C', folder];
  const place = { env: gitEnvironment(env), platform: process.platform, cwd: undefined };
  const limits = { timeoutMs, maxOutputBytes: maxFileBytes, signal };
  try {
    const stdout = await runProgram(program, [...fixed, ...args], { ...place, ...limits, input: '' });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    if (signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: signal.reason });
    if (!(error instanceof ProgramError)) throw error;
    if (error.exitStatus !== undefined) return { code: error.exitStatus, stdout: '', stderr: error.stderr };
    throw new TsgogetError('failed', `--changed: git: ${error.message}`, { cause: error });
  }
}
