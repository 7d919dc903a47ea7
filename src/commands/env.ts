/**
 * `env`: the settings in effect, as `go env` prints them; -w and -u change the GOENV file.
 */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { messageOf, TsgogetError } from '../errors.js';
import { type EnvVariable, formatEnv, formatEnvJson, listEnv } from '../goenv/env-listing.js';
import { checkBuildSettings, checkEnvWrite, writeEnvFile } from '../goenv/env-write.js';
import { type GoEnv, splitPathList } from '../goenv/index.js';
import { hasRule } from '../gover/release-rules.js';
import type { Command, CommandContext, CommandResult, Flags } from './command.js';

export const env: Command = {
  name: 'env',
  usage: '[-json] [-changed] [-u] [-w] [var ...]',
  summary: 'print the settings in effect',
  details: `Prints the settings as lines for a shell (on Windows, for a batch file), sorted by name. With names, prints only their values, one a line.

A setting comes from the environment, else from the file that -w writes, else from the default. Those files and names are the go command's own: both programs read and write the same settings.`,
  examples: ['env', 'env GOPROXY GOSUMDB', 'env -changed', 'env -w GOPRIVATE=*.corp.example.com'],
  difference:
    'Variables that only a Go toolchain knows (GOGCCFLAGS, GOTOOLDIR, GOTELEMETRY, GOTELEMETRYDIR) are not listed.',
  flags: [
    { name: 'json', help: 'print one JSON object' },
    { name: 'changed', help: 'print only what differs from the default' },
    { name: 'w', help: 'write NAME=VALUE arguments as new defaults' },
    { name: 'u', help: 'take the named defaults back' },
    { name: 'n', help: 'accepted, without effect', hidden: true },
    { name: 'x', help: 'accepted, without effect', hidden: true },
  ],
  ignoreBadGoflags: true,
  async run({ flags, args }, context) {
    refuseCombinations(flags);
    if (flags.bool('w')) return write(args, context);
    if (flags.bool('u')) return unset(args, context);
    return print(flags, args, context);
  },
};

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}

function refuseCombinations(flags: Flags): void {
  for (const [a, b] of [
    ['json', 'u'],
    ['json', 'w'],
    ['u', 'w'],
  ] as const) {
    if (flags.bool(a) && flags.bool(b)) throw invalid(`cannot use -${a} with -${b}`);
  }
}

/** What no Go can be built with ends even the listing, with the code of a bad command line. */
function refuseBuild({ GOHOSTOS: GOOS, GOHOSTARCH: GOARCH, GOEXPERIMENT, GOFIPS140, goVersion }: GoEnv): void {
  const refuse = (message: string) => new TsgogetError('usage', message);
  if (!/^(?:off|latest|inprocess|certified|v1\.\d+\.\d+(?:-rc\d+|-[0-9a-f]{8})?)$/.test(GOFIPS140)) {
    throw refuse('invalid GOFIPS140: must be off, latest, inprocess, certified, or v1.Y.Z');
  }
  try {
    checkBuildSettings({ GOOS, GOARCH, GOEXPERIMENT }, goVersion);
  } catch (error) {
    throw refuse(messageOf(error));
  }
}

function print(flags: Flags, names: readonly string[], context: CommandContext): CommandResult {
  refuseBuild(context.goEnv);
  for (const name of names) {
    if (name.includes('=')) {
      throw invalid(`invalid variable name ${JSON.stringify(name)} (use -w to set variable)`);
    }
  }
  const { goEnv } = context;
  const GOMOD = findGoMod(context);
  const found = { GOMOD, GOWORK: findGoWork(context) };
  const GOBIN = binFolder(context, GOMOD !== '');
  const all = listEnv(goEnv, hasRule(goEnv.goVersion, 'env-gobin') ? { ...found, GOBIN } : found);
  const find = (name: string): EnvVariable =>
    all.find((v) => v.name === name) ?? { name, value: goEnv.get(name), changed: false };
  const onlyChanged = flags.bool('changed');
  if (names.length > 0 && !onlyChanged && !flags.bool('json')) {
    return { stdout: names.map((name) => `${find(name).value}\n`).join(''), stdoutKind: 'exact' };
  }
  const chosen = (names.length === 0 ? [...all] : names.map(find))
    .filter((variable) => variable.changed || !onlyChanged)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return flags.bool('json')
    ? { stdout: formatEnvJson(chosen, goEnv.goVersion), stdoutKind: 'json' }
    : { stdout: formatEnv(chosen, goEnv.GOHOSTOS), stdoutKind: 'exact' };
}

/** A name, and what it is to become; undefined to take it back. */
type Changes = ReadonlyMap<string, string | undefined>;

/** Refuses a platform or experiment that Go does not have, where the changes touch them. */
function checkBuild(goEnv: GoEnv, changes: Changes): void {
  const next = (name: 'GOOS' | 'GOARCH', host: string) =>
    changes.has(name) ? changes.get(name) || goEnv.env[name] || host : goEnv[name];
  const isPlatform = changes.has('GOOS') || changes.has('GOARCH');
  const GOOS = isPlatform ? next('GOOS', goEnv.GOHOSTOS) : goEnv.GOHOSTOS;
  const GOARCH = isPlatform ? next('GOARCH', goEnv.GOHOSTARCH) : goEnv.GOHOSTARCH;
  checkBuildSettings({ GOOS, GOARCH, GOEXPERIMENT: changes.get('GOEXPERIMENT') ?? '' }, goEnv.goVersion);
}

async function write(args: readonly string[], { goEnv, programName, trace }: CommandContext): Promise<CommandResult> {
  if (args.length === 0) throw invalid('no KEY=VALUE arguments given');
  const set = new Map<string, string>();
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at < 0) throw invalid(`arguments must be KEY=VALUE: invalid argument: ${arg}`);
    const [name, value] = [arg.slice(0, at), arg.slice(at + 1)];
    checkEnvWrite(goEnv, name, value);
    if (set.has(name)) throw invalid(`multiple values for key: ${name}`);
    set.set(name, value);
    const outside = goEnv.env[name] ?? '';
    if (outside !== '' && outside !== value) {
      trace(`warning: ${programName} env -w ${name}=... does not override conflicting OS environment variable`);
    }
  }
  checkBuild(goEnv, set);
  writeEnvFile(goEnv, { set });
  return {};
}

async function unset(names: readonly string[], { goEnv }: CommandContext): Promise<CommandResult> {
  if (names.length === 0) throw invalid("'go env -u' requires an argument");
  for (const name of names) checkEnvWrite(goEnv, name, '');
  checkBuild(goEnv, new Map(names.map((name) => [name, undefined])));
  writeEnvFile(goEnv, { unset: new Set(names) });
  return {};
}

/** What cannot be looked at is none: GOPATH may be anything. */
function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The nearest file of that name in the folder or above it; '' if there is none. A folder of that name is passed over. */
function findUp(folder: string, name: string, isBarrier: (folder: string) => boolean = () => false): string {
  for (let dir = folder; ; dir = dirname(dir)) {
    const file = join(dir, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isDirectory()) return file;
    if (dirname(dir) === dir || isBarrier(dirname(dir))) return '';
  }
}

/** GOMOD: the main module's file, the null device outside a module, '' when modules are off. */
function findGoMod({ goEnv, cwd, message }: CommandContext): string {
  const mode = goEnv.GO111MODULE;
  if (mode === 'off') return '';
  if (mode !== '' && mode !== 'on' && mode !== 'auto') throw invalid(`unknown environment setting GO111MODULE=${mode}`);
  const file = findUp(cwd, 'go.mod');
  const temp = goEnv.platform === 'win32' ? (goEnv.env.TEMP ?? goEnv.env.TMP) : goEnv.env.TMPDIR || '/tmp';
  const inTemp = file !== '' && dirname(file) === temp;
  if (inTemp) message(`warning: ignoring go.mod in system temp root ${temp}`);
  const gopath = goEnv.GOPATH.split(goEnv.platform === 'win32' ? ';' : ':')[0] ?? '';
  if (gopath !== '' && isFile(join(gopath, 'go.mod'))) {
    message(`warning: ignoring go.mod in $GOPATH ${gopath}`);
  }
  if (file !== '' && !inTemp) return file;
  if (mode === 'auto') return '';
  return goEnv.platform === 'win32' ? 'NUL' : '/dev/null';
}

/** GOBIN: where `go install` puts programs. Without modules that depends on the folder; there go compares with GOPATH as text. */
function binFolder({ goEnv, cwd }: CommandContext, modulesAreOn: boolean): string {
  if (goEnv.GOBIN !== '') return goEnv.GOBIN;
  const entries = splitPathList(goEnv.GOPATH, goEnv.GOHOSTOS);
  const [first = ''] = entries;
  if (modulesAreOn) return first === '' ? '' : join(first, 'bin');
  return entries.length === 0 ? '' : join(entries.find((e) => cwd.startsWith(e)) ?? first, 'bin');
}

/** GOWORK: the workspace's file, 'off' when told so, '' outside a workspace. */
function findGoWork({ goEnv, cwd }: CommandContext): string {
  const setting = goEnv.GOWORK;
  if (setting === 'off') return 'off';
  if (setting === '' || setting === 'auto') return findUp(cwd, 'go.work', (dir) => dir === goEnv.GOROOT);
  if (!isAbsolute(setting)) throw invalid('invalid GOWORK: not an absolute path');
  return setting;
}
