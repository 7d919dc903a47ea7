/** `work vendor`: the vendor folder of a workspace. */
import { requireGoWork } from '../resolve/index.js';
import type { Command } from './command.js';
import { CommandLineError } from './command-line-error.js';
import { runVendor, vendorFlags, vendorsWorkspaces } from './mod-vendor.js';
import { openWorkPlace } from './work-place.js';

export const workVendor: Command = {
  name: 'work vendor',
  usage: '[-e] [-v] [-o outdir]',
  summary: 'make vendored copy of dependencies',
  details: `Makes the vendor folder beside go.work new: the packages of other modules that the packages and tests of the workspace's modules need, without their own tests, and modules.txt, which says what they are. Files that //go:embed lines name are copied with them, and licences.

Commands in the workspace then use the vendor folder in place of the module cache; -mod=readonly passes it by.`,
  examples: ['work vendor'],
  difference:
    'The new folder is complete before it takes the place of the old one: when vendoring fails, or is interrupted, the old one is still there. A folder that holds a module of the workspace, or what is to be vendored, is not replaced.',
  flags: vendorFlags,
  rights: { mod: 'readonly', isAboutWorkspace: true, isRepeatable: true, announcesDownloads: true },
  run: async (invocation, context) => {
    if (!(await vendorsWorkspaces(context))) {
      const { programName } = context;
      const words = programName === 'go' ? 'go work' : `${programName} work vendor`;
      throw new CommandLineError(`${words}: unknown command\nRun '${programName} help work' for usage.`);
    }
    await requireGoWork(await openWorkPlace(context, invocation.flags.text('overlay')));
    return runVendor(workVendor, invocation, context);
  },
};
