/** `mod vendor` and what `work vendor` shares with it: a copy of every package that is needed, in the vendor folder. */
import { resolve } from 'node:path';
import { selectRelease } from '../client/select-release.js';
import { TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { hasRule } from '../gover/index.js';
import { findGoWork, loadPackages, vendorPackages, writeBack } from '../resolve/index.js';
import type { Command, CommandContext, CommandResult, FlagSpec, Invocation } from './command.js';
import { moduleFlags, withSession } from './module-flags.js';
import { openWorkPlace } from './work-place.js';

export const vendorFlags: readonly FlagSpec[] = [
  { name: 'e', help: 'go on despite errors in packages' },
  { name: 'v', help: 'print the vendored modules and packages' },
  { name: 'o', value: 'outdir', help: 'make this folder in place of vendor' },
  ...moduleFlags,
];

/** Whether a build here would use cgo: what go takes from the environment alone, whatever its settings are. */
export function isCgoEnabled({ env, GOHOSTOS, GOHOSTARCH }: GoEnv): boolean {
  if (env.CGO_ENABLED === '1') return true;
  if (env.CGO_ENABLED === '0') return false;
  return (env.GOOS || GOHOSTOS) === GOHOSTOS && (env.GOARCH || GOHOSTARCH) === GOHOSTARCH;
}

/** Reports whether the release that is followed here knows vendor folders of workspaces. */
export async function vendorsWorkspaces({ goEnv, cwd }: CommandContext): Promise<boolean> {
  return hasRule(await selectRelease(goEnv, cwd), 'work-vendor');
}

/** Vendors for the main module or the workspace. */
export function runVendor(
  command: Command,
  invocation: Invocation,
  context: CommandContext,
  use: { readonly ignoresWorkspace?: boolean } = {},
): Promise<CommandResult> {
  const { flags, args } = invocation;
  if (args.length > 0) throw new TsgogetError('failed', "'go mod vendor' accepts no arguments");
  return withSession(
    command,
    [invocation, context],
    { forceModules: true, rootMode: 'required', ...use },
    async ({ session, requirements }) => {
      const result = await loadPackages(
        requirements,
        {
          tags: 'any',
          resolveMissingImports: true,
          useVendorAll: true,
          allowErrors: flags.bool('e'),
          silenceMissingStdImports: true,
        },
        'all',
      );
      await writeBack({ requirements: result.loaded.requirements, loaded: result.loaded });
      const outDir = flags.text('o') ?? '';
      context.progress.update({ phase: 'copying' });
      const { text, errors } = await vendorPackages(result, {
        dir: outDir === '' ? session.vendorDir! : resolve(context.cwd, outDir),
        allowErrors: flags.bool('e'),
        cgoEnabled: isCgoEnabled(context.goEnv),
        signal: context.signal,
      });
      if (flags.bool('v')) for (const line of text.split('\n').slice(0, -1)) context.trace(line);
      // go looks at the -e of `mod vendor` here: with that of `work vendor` the folder is made, and the exit code still tells
      if (!flags.bool('e') || session.isWorkspace) {
        if (errors.length > 0) return { errors };
      } else {
        for (const error of errors) context.message(error.message);
      }
      if (text === '') context.message('no dependencies to vendor');
      return {};
    },
  );
}

export const modVendor: Command = {
  name: 'mod vendor',
  usage: '[-e] [-v] [-o outdir]',
  summary: 'make vendored copy of dependencies',
  details: `Makes the vendor folder new: the packages of other modules that the packages and tests of the main module need, without their own tests, and modules.txt, which says what they are. Files that //go:embed lines name are copied with them, and licences.

Commands then use the vendor folder in place of the module cache, if go.mod says go 1.14 or later; -mod=mod passes it by.
A folder made with -o is not used by any command: it is for other tools.`,
  examples: ['mod vendor', 'mod vendor -o ../deps'],
  difference:
    'The new folder is complete before it takes the place of the old one: when vendoring fails, or is interrupted, the old one is still there. A folder that holds the main module, or what is to be vendored, is not replaced.',
  flags: vendorFlags,
  rights: { mod: 'readonly', announcesDownloads: true },
  run: async (invocation, context) => {
    if (!(await vendorsWorkspaces(context))) {
      return runVendor(modVendor, invocation, context, { ignoresWorkspace: true });
    }
    const place = await openWorkPlace(context, invocation.flags.text('overlay'));
    if ((await findGoWork(place)) !== undefined) {
      throw new TsgogetError(
        'failed',
        "'go mod vendor' cannot be run in workspace mode. Run 'go work vendor' to vendor the workspace or set 'GOWORK=off' to exit workspace mode.",
      );
    }
    return runVendor(modVendor, invocation, context);
  },
};
