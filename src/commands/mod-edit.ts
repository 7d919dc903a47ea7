/** `mod edit`: changes go.mod by the words on the command line, without looking any module up. */
import { isAbsolute, join } from 'node:path';
import { selectRelease } from '../client/select-release.js';
import { quoteGo } from '../encoding/quote-go.js';
import { textDamage } from '../encoding/text-damage.js';
import { failed, messageOf, TsgogetError } from '../errors.js';
import { omitEmpty } from '../gojson/index.js';
import { hasRule, isToolchainModule, type RuleName } from '../gover/index.js';
import {
  addExclude,
  addIgnore,
  addModule,
  addRequire,
  addRetract,
  addTool,
  cleanup,
  dropExclude,
  dropIgnore,
  dropRequire,
  dropRetract,
  dropTool,
  formatGoMod,
  formatGoModBytes,
  type GoModFile,
  mustQuote,
  type PathDirective,
  parseGoMod,
  sortBlocks,
  type VersionInterval,
} from '../modfile/index.js';
import { checkImportPath } from '../module/index.js';
import { findGoMod } from '../resolve/index.js';
import { SourceTree, shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, FlagSpec, Invocation } from './command.js';
import { goJson } from './json-result.js';
import {
  applyEdits,
  asksForSomething,
  checkReleaseFlags,
  type EditReader,
  godebugJson,
  jsonLists,
  moduleJson,
  outputFlags,
  readEdits,
  readPath,
  readPathVersion,
  replaceFlags,
  replaceJson,
  settingFlags,
  sharedEdits,
} from './mod-file-edits.js';
import { mainModuleSettings, moduleFlags } from './module-flags.js';

/** `v1.2.3` or `[v1.2.3,v1.4.5]`. */
function readInterval(argument: string): VersionInterval {
  if (!argument.startsWith('[')) {
    if (mustQuote(argument)) throw failed(`invalid version: ${quoteGo(argument)}`);
    return { low: argument, high: argument };
  }
  const [low = '', high = ''] =
    /^\[([^,]*),(.*)\]$/s
      .exec(argument)
      ?.slice(1)
      .map((v) => v.trim()) ?? [];
  if (mustQuote(low) || mustQuote(high)) throw failed(`invalid version interval: ${quoteGo(argument)}`);
  return { low, high };
}

/** A folder to ignore: it becomes one word of a line. */
function readIgnore(path: string): string {
  if (mustQuote(path)) throw failed(`invalid path ${quoteGo(path)}`);
  return path;
}

/** An edit with what its value says. */
function edit<T>(read: (value: string) => T, apply: (file: GoModFile, what: T) => void): EditReader<GoModFile> {
  return (value) => {
    const what = read(value);
    return (file) => apply(file, what);
  };
}

const edits = new Map<string, EditReader<GoModFile>>([
  ...sharedEdits,
  ['require', edit(readPathVersion, (file, m) => addRequire(file, m.path, m.version))],
  ['droprequire', edit(readPath, dropRequire)],
  ['exclude', edit(readPathVersion, (file, m) => addExclude(file, m.path, m.version))],
  ['dropexclude', edit(readPathVersion, (file, m) => dropExclude(file, m.path, m.version))],
  ['retract', edit(readInterval, addRetract)],
  ['dropretract', edit(readInterval, dropRetract)],
  ['tool', edit(readPath, addTool)],
  ['droptool', edit(readPath, dropTool)],
  ['ignore', edit(readIgnore, addIgnore)],
  ['dropignore', edit(String, dropIgnore)],
]);

const repeated = (name: string, value: string, help: string): FlagSpec => ({ name, value, help, repeatable: true });
const flags: readonly FlagSpec[] = [
  { name: 'module', value: 'path', help: 'set the module path' },
  ...settingFlags,
  repeated('require', 'path@version', 'require a module'),
  repeated('droprequire', 'path', 'drop a requirement'),
  ...replaceFlags,
  repeated('exclude', 'path@version', 'exclude a version'),
  repeated('dropexclude', 'path@version', 'drop an exclusion'),
  repeated('retract', 'version', 'retract a version, or an interval [low,high]'),
  repeated('dropretract', 'version', 'drop a retraction'),
  repeated('tool', 'path', 'add a tool'),
  repeated('droptool', 'path', 'drop a tool'),
  repeated('ignore', 'path', 'add a folder to ignore'),
  repeated('dropignore', 'path', 'drop a folder to ignore'),
  ...outputFlags,
  ...['n', 'x'].map((name) => ({ name, help: 'accepted; there is nothing to show', hidden: true })),
  ...moduleFlags,
];

function checkModuleFlag(path: string): void {
  try {
    checkImportPath(path);
  } catch (error) {
    throw failed(`invalid -module: ${messageOf(error)}`);
  }
  if (isToolchainModule(path)) throw failed('invalid -module: module path is reserved');
}

const pathJson = ({ path }: PathDirective) => ({ Path: path });

function toJson(file: GoModFile, goVersion: string): unknown {
  const list = jsonLists(goVersion);
  const since = (rule: RuleName, value: unknown) => (hasRule(goVersion, rule) ? value : undefined);
  return {
    Module: { Path: file.module?.path ?? '', Deprecated: omitEmpty(file.module?.deprecated) },
    Go: file.go?.version,
    Toolchain: file.toolchain?.name,
    GoDebug: since('edit-json-godebug', omitEmpty(file.godebug.map(godebugJson))),
    Require: list(file.require, (r) => ({ ...moduleJson(r), Indirect: omitEmpty(r.indirect) })),
    Exclude: list(file.exclude, moduleJson),
    Replace: list(file.replace, replaceJson),
    Retract: list(file.retract, (r) => ({
      Low: omitEmpty(r.low),
      High: omitEmpty(r.high),
      Rationale: omitEmpty(r.rationale),
    })),
    Tool: since('tool-lines', list(file.tool, pathJson)),
    Ignore: since('ignore-lines', list(file.ignore, pathJson)),
  };
}

/** The file named, or the main module's; `name` as messages have it. */
async function chooseFile(
  { flags, args }: Invocation,
  context: CommandContext,
): Promise<{ name: string; path: string }> {
  const { cwd } = context;
  const [named] = args;
  if (named !== undefined) return { name: named, path: isAbsolute(named) ? named : join(cwd, named) };
  const path = await findGoMod({ ...(await mainModuleSettings(flags, context)), rootMode: 'required' });
  return { name: flags.text('modfile') || path, path };
}

function parse(name: string, data: Uint8Array, { cwd, goVersion }: { cwd: string; goVersion: string }): GoModFile {
  try {
    return parseGoMod(name, data, { goVersion });
  } catch (error) {
    if (!(error instanceof TsgogetError)) throw error;
    const words = `errors parsing ${shortPath(name, cwd)}:\n${error.message}`;
    throw new TsgogetError(error.code, words, { cause: error, hint: textDamage(shortPath(name, cwd), data)?.what });
  }
}

async function run(invocation: Invocation, context: CommandContext): Promise<CommandResult> {
  const { flags, args } = invocation;
  const changes = readEdits(flags, edits);
  if (!asksForSomething(flags, ['module', 'go', 'toolchain'], changes)) {
    throw failed("no flags specified (see 'go help mod edit').");
  }
  if (flags.bool('json') && flags.bool('print')) throw failed('cannot use both -json and -print');
  if (args.length > 1) throw failed('too many arguments');
  const { name, path } = await chooseFile(invocation, context);
  const module = flags.text('module') ?? '';
  if (module !== '') checkModuleFlag(module);
  const { cwd } = context;
  const goVersion = await selectRelease(context.goEnv, cwd);
  checkReleaseFlags(flags, goVersion);

  const tree = await SourceTree.open({ cwd, signal: context.signal });
  const data = await tree.readLocked(path, name);
  const file = parse(name, data, { cwd, goVersion });
  const retracted = new Set(file.retract);
  if (module !== '') addModule(file, module);
  applyEdits(file, flags, changes);
  sortBlocks(file);
  cleanup(file);
  // the go command forgets the retractions that it has just added
  if (flags.bool('json') && context.programName === 'go') file.retract = file.retract.filter((r) => retracted.has(r));
  if (flags.bool('json')) return { stdout: goJson(toJson(file, goVersion), goVersion), stdoutKind: 'json' };
  if (flags.bool('print')) return { stdout: formatGoMod(file), stdoutKind: 'exact' };
  const text = formatGoModBytes(file);
  await tree.transform(path, (old) => {
    if (Buffer.compare(old, data) !== 0) throw failed('go.mod changed during editing; not overwriting');
    return text;
  });
  return {};
}

export const modEdit: Command = {
  name: 'mod edit',
  usage: '[editing flags] [-fmt|-print|-json] [go.mod]',
  summary: 'edit go.mod from tools or scripts',
  details: `Changes a go.mod file as the flags say: that of the main module, or the file named. It reads nothing else and asks nobody, so a version may also be a branch or a commit, for a later command to resolve.

-module, -go and -toolchain are applied first, then the other edits in the order given. The file is formatted in any case; -fmt does only that.
With -print or -json nothing is written.

The file is written only if it still is what was read.`,
  examples: [
    'mod edit -require=example.com/m@v1.2.0 -droprequire=example.com/old',
    'mod edit -replace=example.com/m=../m',
    'mod edit -json',
  ],
  difference: 'Values of -ignore, -godebug and -toolchain that would make a line that nobody can read are refused.',
  flags,
  run,
};
