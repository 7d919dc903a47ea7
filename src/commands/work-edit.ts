/** `work edit`: changes go.work by the words on the command line. */
import { isAbsolute, join, normalize, sep } from 'node:path';
import { selectRelease } from '../client/select-release.js';
import { failed, messageOf, TsgogetError } from '../errors.js';
import { omitEmpty } from '../gojson/index.js';
import { hasRule } from '../gover/index.js';
import {
  addUse,
  cleanup,
  dropUse,
  formatGoWork,
  type GoWorkFile,
  isDirectoryPath,
  sortBlocks,
} from '../modfile/index.js';
import { readGoWorkFile, requireGoWork, writeGoWork } from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, Invocation } from './command.js';
import { goJson } from './json-result.js';
import {
  applyEdits,
  asksForSomething,
  checkReleaseFlags,
  type EditReader,
  godebugJson,
  jsonLists,
  outputFlags,
  readEdits,
  replaceFlags,
  replaceJson,
  settingFlags,
  sharedEdits,
} from './mod-file-edits.js';
import { openWorkPlace } from './work-place.js';

/** A folder as go.work writes it: a relative one begins with ./ or ../, and slashes are forward. */
export function toDirectoryPath(path: string): string {
  if (isDirectoryPath(path)) return path;
  const clean = normalize(path).replace(/[/\\]$/, '');
  return `./${sep === '/' ? clean : clean.replaceAll(sep, '/')}`;
}

const edits = new Map<string, EditReader<GoWorkFile>>([
  ...sharedEdits,
  ['use', (dir) => (file) => addUse(file, toDirectoryPath(dir), '')],
  ['dropuse', (dir) => (file) => dropUse(file, toDirectoryPath(dir))],
]);

function toJson(file: GoWorkFile, goVersion: string): unknown {
  const list = jsonLists(goVersion);
  const isComplete = hasRule(goVersion, 'edit-json-omits-empty');
  return {
    Go: file.go?.version,
    Toolchain: isComplete ? file.toolchain?.name : undefined,
    Godebug: isComplete ? omitEmpty(file.godebug.map(godebugJson)) : undefined,
    Use: list(file.use, (u) => ({ DiskPath: u.path, ModPath: omitEmpty(u.modulePath) })),
    Replace: list(file.replace, replaceJson),
  };
}

async function run({ flags, args }: Invocation, context: CommandContext): Promise<CommandResult> {
  const changes = readEdits(flags, edits);
  if (flags.bool('json') && flags.bool('print')) throw failed('cannot use both -json and -print');
  if (args.length > 1) throw failed("'go help work edit' accepts at most one argument");
  const goVersion = await selectRelease(context.goEnv, context.cwd);
  const place = await openWorkPlace({ ...context, goEnv: { ...context.goEnv, goVersion } });
  const [named] = args;
  const path = named === undefined ? await requireGoWork(place) : isAbsolute(named) ? named : join(context.cwd, named);
  checkReleaseFlags(flags, goVersion);
  if (!asksForSomething(flags, ['go', 'toolchain'], changes)) {
    throw failed("no flags specified (see 'go help work edit').");
  }

  const source = await readGoWorkFile(place, path, true).catch((error: unknown) => {
    if (!(error instanceof TsgogetError)) throw error;
    const words = messageOf(error).replace(/^errors parsing go\.work:\n/, '');
    throw new TsgogetError(error.code, `errors parsing ${shortPath(path, context.cwd)}:\n${words}`, { cause: error });
  });
  const { file } = source;
  applyEdits(file, flags, changes);
  sortBlocks(file);
  cleanup(file);
  if (flags.bool('json')) return { stdout: goJson(toJson(file, goVersion), goVersion), stdoutKind: 'json' };
  if (flags.bool('print')) return { stdout: formatGoWork(file), stdoutKind: 'exact' };
  await writeGoWork(place, source);
  return {};
}

const usePath = { value: 'path', repeatable: true };

export const workEdit: Command = {
  name: 'work edit',
  usage: '[editing flags] [-fmt|-print|-json] [go.work]',
  goUsage: '[editing flags] [go.work]',
  summary: 'edit go.work from tools or scripts',
  details: `Changes a go.work file as the flags say: the one in effect, or the file named. It reads nothing else: whether a folder holds a module is not asked (\`work use\` does).

-go and -toolchain are applied first, then the other edits in the order given. The file is formatted in any case; -fmt does only that.
With -print or -json nothing is written.

The file is written only if it still is what was read.`,
  examples: ['work edit -use=./tools -dropuse=./old', 'work edit -replace=example.com/m@v1.2.0=./m'],
  difference: 'Values of -godebug and -toolchain that would make a line that nobody can read are refused.',
  flags: [
    ...settingFlags,
    { name: 'use', ...usePath, help: 'use a folder' },
    { name: 'dropuse', ...usePath, help: 'no longer use a folder' },
    ...replaceFlags,
    ...outputFlags,
  ],
  run,
};
