/** `mod why`: the shortest chain of imports from the main module to a package, or to any package of a module. */
import { TsgogetError } from '../errors.js';
import { type Loaded, type LoadOptions, listModules, loadPackages, type Requirements } from '../resolve/index.js';
import type { Command, CommandResult } from './command.js';
import { moduleFlags, withSession } from './module-flags.js';

/** A stanza for each subject: a comment with its name, then the chain, or that there is none. */
function formatStanzas(stanzas: readonly { name: string; why: string }[], unneeded: string): string {
  return stanzas
    .map(({ name, why }) => `# ${name}\n${why === '' ? `(main module does not need ${unneeded} ${name})\n` : why}`)
    .join('\n');
}

async function checkModulePaths(args: readonly string[]): Promise<void> {
  for (const arg of args) {
    if (arg.includes('@')) {
      throw new TsgogetError('failed', `${arg}: 'go mod why' requires a module path, not a version query`);
    }
  }
}

/** For each module the chain to that of its packages which is nearest. */
async function whyModules(rs: Requirements, options: LoadOptions, args: readonly string[]) {
  const listed = await listModules(rs, args, {});
  if (listed.error !== undefined) throw listed.error;
  const { loaded, packages } = await loadPackages(listed.requirements, options, 'all');
  const nearest = new Map<string, { path: string; depth: number }>();
  for (const path of packages) {
    const module = loaded.package(path)?.module?.path;
    const depth = loaded.whyDepth(path);
    if (module === undefined || depth === 0) continue;
    if (depth < (nearest.get(module)?.depth ?? Number.POSITIVE_INFINITY)) nearest.set(module, { path, depth });
  }
  return listed.modules.map(({ Path }) => ({ name: Path, why: whyNearest(loaded, nearest.get(Path)?.path) }));
}

const whyNearest = (loaded: Loaded, path: string | undefined) => (path === undefined ? '' : loaded.why(path));

async function whyPackages(rs: Requirements, options: LoadOptions, args: readonly string[]) {
  const named = await loadPackages(rs, options, ...args);
  // again from the main module: what is named is no reason
  const { loaded } = await loadPackages(named.loaded.requirements, options, 'all');
  return named.matches.flatMap((m) => m.packages.map((path) => ({ name: path, why: loaded.why(path) })));
}

export const modWhy: Command = {
  name: 'mod why',
  usage: '[-m] [-vendor] packages...',
  summary: 'explain why packages or modules are needed',
  details: `Prints, for each package named, the shortest chain of imports that leads to it from the main module, a package a line; with -m for each module named, that to any of its packages. Nothing is written.
What counts is "all": the packages of the main module and what they and their tests import. With -vendor the tests of dependencies are left out.`,
  examples: ['mod why example.com/mod/pkg', 'mod why -m example.com/mod'],
  flags: [
    { name: 'm', help: 'the arguments are modules' },
    { name: 'vendor', help: 'leave out the tests of dependencies' },
    ...moduleFlags,
  ],
  rights: { mod: 'mod', announcesDownloads: true },
  run: ({ flags, args }, context) =>
    withSession(
      modWhy,
      [{ flags }, context],
      {
        forceModules: true,
        rootMode: 'required',
        checkArguments: async () => (flags.bool('m') ? checkModulePaths(args) : undefined),
      },
      async ({ requirements }): Promise<CommandResult> => {
        const isVendor = flags.bool('vendor');
        const isModules = flags.bool('m');
        const options = {
          loadTests: !isVendor,
          standardTests: !isVendor && !isModules, // they lead to no module
          silencePackageErrors: true,
          useVendorAll: isVendor,
        };
        const explain = isModules ? whyModules : whyPackages;
        const stanzas = await explain(requirements, options, args);
        const unneeded = `${isVendor ? 'to vendor ' : ''}${isModules ? 'module' : 'package'}`;
        return { stdout: formatStanzas(stanzas, unneeded) };
      },
    ),
};
