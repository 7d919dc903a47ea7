/** `get`: adds, upgrades, downgrades and removes requirements of the main module. */
import { failed, TsgogetError } from '../errors.js';
import { hasRule } from '../gover/index.js';
import { checkGetArguments, runGet, type SessionSettings } from '../resolve/index.js';
import { buildFlags } from './build-flags.js';
import type { Command, CommandContext, CommandResult, Flags, Invocation } from './command.js';
import { moduleFlags, traceFlag, withSession } from './module-flags.js';

/** What -u asks for: '' for nothing. */
function upgradeOf(flags: Flags): string {
  const version = flags.bool('u') ? (flags.text('u') ?? 'upgrade') : '';
  if (version !== '' && version !== 'upgrade' && version !== 'patch')
    throw failed(`unknown upgrade flag -u=${version}`);
  return version;
}

/** Tells of flags that do nothing any more, and refuses those that are gone. */
function checkOldFlags(flags: Flags, { message }: CommandContext): void {
  if (flags.has('d')) {
    if (!flags.bool('d')) throw failed('-d flag may not be set to false');
    message('-d flag is deprecated. -d=true is a no-op');
  }
  if (flags.bool('f')) message('-f flag is a no-op');
  if (flags.bool('fix')) message('-fix flag is a no-op');
  if (flags.bool('m')) throw failed('-m flag is no longer supported');
  if (flags.bool('insecure')) throw failed('-insecure flag is no longer supported; use GOINSECURE instead');
}

const outsideWords = `go.mod file not found in current directory or any parent directory.
\t'go get' is no longer supported outside a module.
\t'go mod init' makes one; 'go mod download module@version' only fetches a module.
\tPrograms are not built or installed here.`;

const goOutsideWords = (goVersion: string) => `go.mod file not found in current directory or any parent directory.
\t'go get' is no longer supported outside a module.
\tTo build and install a command, use 'go install' with a version,
\tlike 'go install example.com/cmd@latest'
\tFor more information, see https://${hasRule(goVersion, 'go-dev-addresses') ? 'go.dev' : 'golang.org'}/doc/go-get-install-deprecation
\tor run 'go help get' or 'go help install'.`;

async function run(invocation: Invocation, context: CommandContext): Promise<CommandResult> {
  const { flags, args } = invocation;
  const upgrade = upgradeOf(flags);
  checkOldFlags(flags, context);
  context.progress.update({ phase: 'resolving' });
  const how = {
    forceModules: true,
    ignoresWorkspace: true,
    checkArguments: (settings: SessionSettings) => checkGetArguments(settings, args, upgrade),
  } as const;
  return withSession(get, [invocation, context], how, async ({ session, requirements, needsNewerRelease }) => {
    if (!session.hasModRoot) {
      throw new TsgogetError(
        'not-main-module',
        context.programName === 'go' ? goOutsideWords(context.goEnv.goVersion) : outsideWords,
      );
    }
    const { errors, exitCode } = await runGet(requirements, args, {
      upgrade,
      loadTests: flags.bool('t'),
      tools: flags.bool('tool'),
      verbose: flags.bool('v'),
      tellsReplacements: context.programName !== 'go',
      needsNewerRelease,
    });
    return { errors, ...(exitCode === undefined ? {} : { exitCode }) };
  });
}

export const get: Command = {
  name: 'get',
  usage: '[-t] [-u] [-tool] [build flags] [packages]',
  summary: 'add, upgrade, downgrade or remove dependencies',
  details: `Changes the requirements of the main module so that each package or module named is provided at the version asked for, downloads what that takes, and writes go.mod and go.sum. Without arguments it is about the package in the current folder.

An argument is a path, or path@query. The path names a package, or a module where there is no such package; "..." in it matches any text, "all" stands for what the module imports, "tool" for its tools, a path that begins with ./ for packages of its own. The query is a version (v1.2.3), a prefix (v1, v1.2), latest, upgrade (the default), patch, a comparison (<v1.2.3, >=v1.2.3), a branch or a commit; none removes the module. "go" and "toolchain" are names too: go@1.26.1 sets the go line.

Other modules are upgraded and downgraded only as far as that needs. What cannot be had together is told, and nothing is written.`,
  examples: [
    'get example.com/mod/pkg',
    'get example.com/mod@v1.2.3',
    'get example.com/mod@none',
    'get -u ./...',
    'get -tool example.com/mod/cmd/name',
    'get go@latest',
  ],
  difference:
    'No toolchain is downloaded: where a newer Go is needed and GOTOOLCHAIN allows it, its rules are followed. Flags of builds are accepted and do nothing.',
  flags: [
    { name: 't', help: 'with the modules that tests of the named packages need' },
    {
      name: 'u',
      value: 'patch',
      optionalValue: true,
      help: 'upgrade the modules that provide dependencies of the named packages; -u=patch to patch releases',
    },
    { name: 'tool', help: 'add a tool line to go.mod for each package; with @none drop it' },
    { name: 'v', help: 'tell each upgrade that is tried, and conflicts in full' },
    traceFlag,
    { name: 'tags', value: 'tag,list', help: 'build tags for the check of the named packages' },
    ...moduleFlags,
    { name: 'd', help: 'does nothing', hidden: true },
    { name: 'f', help: 'does nothing', hidden: true },
    { name: 'fix', help: 'does nothing', hidden: true },
    { name: 'm', help: 'no longer supported', hidden: true },
    { name: 'insecure', help: 'no longer supported', hidden: true },
    ...buildFlags.filter(({ name }) => name !== 'v' && name !== 'tags'),
  ],
  rights: {
    mod: 'mod',
    addsGoLine: true,
    writesGoLine: true,
    raisesGoForTools: true,
    findsModules: true,
    isRepeatable: true,
    announcesDownloads: true,
  },
  run,
};
