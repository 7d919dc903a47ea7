/** `mod init`: makes a go.mod, for the module path given or one that the folder tells. */
import { realpath } from 'node:fs/promises';
import { basename, join, posix, relative, resolve, sep } from 'node:path';
import { asFollowedRelease } from '../client/followed-release.js';
import { quoteGo } from '../encoding/quote-go.js';
import { failed, messageOf } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { hasRule, isToolchainModule } from '../gover/index.js';
import { packageImportComment } from '../imports/index.js';
import { addGo, addModule, formatGoModBytes, newGoMod } from '../modfile/index.js';
import { checkImportPath, InvalidPathError, splitPathVersion } from '../module/index.js';
import { SourceTree, shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, Invocation } from './command.js';
import { moduleFlags } from './module-flags.js';

function checkModulePath(path: string): void {
  try {
    checkImportPath(path);
  } catch (error) {
    if (!(error instanceof InvalidPathError)) throw error;
    const isLocal = /^\.{1,2}(?:\/|$)/.test(path);
    throw new InvalidPathError('module', path, isLocal ? 'is a local import path' : error.reason);
  }
  if (isToolchainModule(path)) throw failed(`invalid module path ${quoteGo(path)}: module path is reserved`);
  if (splitPathVersion(path) !== undefined) return;
  const rule = path.startsWith('gopkg.in/')
    ? 'module paths beginning with gopkg.in/ must always have a major version suffix in the form of .vN'
    : 'major version suffixes must be in the form of /vN and are only allowed for v2 or later';
  throw failed(`invalid module path "${path}": ${rule}:\n\tgo mod init ${suggestPath(path)}`);
}

/** The path with the suffix that was perhaps meant. */
function suggestPath(path: string): string {
  const tail = /[0-9.]*$/.exec(path)![0];
  const number = /[0-9]+/.exec(tail)?.[0].replace(/^0+/, '') ?? '';
  const stem = path.slice(0, path.length - tail.length);
  if (path.startsWith('gopkg.in/')) return `${stem.replace(/(?:[./]v|\/)$/, '')}.v${number || '1'}`;
  return `${stem.replace(/(?:\/v|\/)$/, '')}/v${number === '' || number === '1' ? '2' : number}`;
}

/** The path that an import comment of the folder gives. */
async function importComment(tree: SourceTree, dir: string): Promise<string | undefined> {
  for (const { name, isFile } of await tree.list(dir)) {
    if (!isFile || !name.endsWith('.go')) continue;
    const data = await tree.read(join(dir, name)).catch(() => undefined);
    const path = data && packageImportComment(data);
    if (path) return path;
  }
  return undefined;
}

/** The path of a folder below another, '' when it is not there; links count as what they lead to. */
async function pathBelow(dir: string, root: string): Promise<string> {
  const real = (path: string) => realpath(path).catch(() => path);
  for (const d of [dir, await real(dir)]) {
    for (const r of [root, await real(root)]) {
      const below = relative(r, d);
      if (below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && resolve(r, below) === d) {
        return below.replaceAll(sep, '/');
      }
    }
  }
  return '';
}

/** A path from import comments in the folder or those in it, or from its place in GOPATH. */
async function inferPath(tree: SourceTree, dir: string, goEnv: GoEnv): Promise<string> {
  const own = await importComment(tree, dir);
  if (own !== undefined) return own;
  for (const { name, isDirectory } of await tree.list(dir)) {
    const path = isDirectory ? await importComment(tree, join(dir, name)) : undefined;
    if (path !== undefined) return posix.dirname(path);
  }
  let reason = 'outside GOPATH, module path must be specified';
  for (const entry of goEnv.GOPATH.split(goEnv.platform === 'win32' ? ';' : ':')) {
    const path = entry === '' ? '' : await pathBelow(dir, join(entry, 'src'));
    if (path === '') continue;
    try {
      checkImportPath(path);
      return path;
    } catch (error) {
      reason = `bad module path inferred from directory in GOPATH: ${messageOf(error)}`;
      break;
    }
  }
  throw failed(`cannot determine module path for source directory ${dir} (${reason})

Example usage:
\t'go mod init example.com/m' to initialize a v0 or v1 module
\t'go mod init example.com/m/v2' to initialize a v2 module

Run 'go help mod init' for more information.`);
}

function checkModuleMode(setting: string): void {
  if (setting === 'off') throw failed("modules disabled by GO111MODULE=off; see 'go help modules'");
  if (!['', 'on', 'auto'].includes(setting)) throw failed(`unknown environment setting GO111MODULE=${setting}`);
}

/** Reports whether there is something that `mod tidy` would look at. */
async function hasSources(tree: SourceTree, dir: string): Promise<boolean> {
  const entries = await tree.list(dir);
  return entries.some(({ name, isDirectory }) => !/^[._]/.test(name) && (isDirectory || name.endsWith('.go')));
}

async function init({ flags, args }: Invocation, context: CommandContext): Promise<CommandResult> {
  const { cwd, goEnv, signal } = context;
  checkModuleMode(goEnv.GO111MODULE);
  const modFile = flags.text('modfile') ?? '';
  if (modFile !== '' && !modFile.endsWith('.mod')) {
    throw failed(`-modfile=${modFile}: file does not have .mod extension`);
  }
  const file = modFile === '' ? join(cwd, 'go.mod') : resolve(cwd, modFile);
  const tree = await SourceTree.open({ cwd, overlay: flags.text('overlay'), signal });
  if ((await tree.kindOf(file)) !== undefined) throw failed(`${modFile === '' ? file : modFile} already exists`);
  if (tree.isOverlaid(file)) {
    throw failed('updates to go.mod needed, but go.mod is part of the overlay specified with -overlay');
  }
  const [given] = args;
  const path = given === undefined || given === '' ? await inferPath(tree, cwd, goEnv) : given;
  checkModulePath(path);

  const goMod = newGoMod(basename(file));
  addModule(goMod, path);
  addGo(goMod, goEnv.goVersion);
  const text = formatGoModBytes(goMod);
  const isNamed = modFile !== '' && hasRule(goEnv.goVersion, 'mod-init-names-modfile');
  const where = isNamed ? ` (using -modfile path ${shortPath(modFile, cwd)})` : '';
  context.message(`creating new go.mod${where}: module ${path}`);
  await tree.transform(file, (old) => {
    if (old.length > 0) throw failed(`${file} already exists`);
    return text;
  });
  if (await hasSources(tree, cwd)) {
    context.message('to add module requirements and sums:\n\tgo mod tidy');
  }
  return {};
}

export const modInit: Command = {
  name: 'mod init',
  usage: '[module-path]',
  summary: 'initialize new module in current directory',
  details: `Makes a go.mod in the working folder, for the Go release that is followed. There must be none yet.
Without a module path it is inferred: from import comments in .go files of the folder and of the folders in it, or from the folder's place in GOPATH.`,
  examples: ['mod init example.com/m', 'mod init example.com/m/v2'],
  difference: 'An inferred path is checked as a given one is, which go does from Go 1.27 on.',
  flags: moduleFlags,
  run: (invocation, context) => {
    if (invocation.args.length > 1) throw failed("'go mod init' accepts at most one argument");
    return asFollowedRelease(context, (goEnv) => init(invocation, { ...context, goEnv }));
  },
};
