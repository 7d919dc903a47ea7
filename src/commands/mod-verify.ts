/** `mod verify`: is what the cache holds still what was downloaded? */
import { verifyCache } from '../checks/index.js';
import { TsgogetError } from '../errors.js';
import { expandGraph } from '../resolve/index.js';
import type { Command } from './command.js';
import { moduleFlags, withSession } from './module-flags.js';

export const modVerify: Command = {
  name: 'mod verify',
  usage: '',
  summary: 'verify that the cached dependencies have not changed',
  details: `Hashes the zips and folders of the build list in the module cache again and compares them with the hashes that were recorded when they were downloaded, and with those of go.sum.
It does not ask the checksum database.`,
  examples: ['mod verify'],
  difference: 'A module that was modified, or is not what go.sum records, ends with exit code 3.',
  flags: moduleFlags,
  rights: { mod: 'mod', addsGoLine: true, announcesDownloads: true },
  run: (invocation, context) => {
    if (invocation.args.length > 0) throw new TsgogetError('failed', 'verify takes no arguments');
    return withSession(
      modVerify,
      [invocation, context],
      { forceModules: true, rootMode: 'required' },
      async ({ session, requirements }) => {
        const { graph } = await expandGraph(requirements);
        const errors = await verifyCache(session, graph.buildList);
        return errors.length > 0 ? { errors } : { stdout: 'all modules verified\n' };
      },
    );
  },
};
