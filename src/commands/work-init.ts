/** `work init`: makes a go.work. */

import { join } from 'node:path';
import { asFollowedRelease } from '../client/followed-release.js';
import { failed } from '../errors.js';
import { createGoWork, findGoWork, writeGoWork } from '../resolve/index.js';
import type { Command } from './command.js';
import { moduleFlags } from './module-flags.js';
import { openWorkPlace } from './work-place.js';
import { useFolders } from './work-use.js';

export const workInit: Command = {
  name: 'work init',
  usage: '[moddirs]',
  summary: 'initialize workspace file',
  details: `Makes a go.work in the working folder, or where GOWORK says, for the Go release that is followed. It uses the folders named.
It fails where there is a go.work already, here or in a folder above.`,
  examples: ['work init', 'work init . ./tools'],
  difference: 'Where a newer Go is needed and GOTOOLCHAIN allows it, its rules are followed; nothing is downloaded.',
  flags: moduleFlags,
  run: ({ flags, args }, context) =>
    asFollowedRelease(context, async (goEnv) => {
      const place = await openWorkPlace({ ...context, goEnv }, flags.text('overlay'));
      const path = (await findGoWork(place)) ?? join(context.cwd, 'go.work');
      if ((await place.tree.kindOf(path)) !== undefined) throw failed(`${path} already exists`);
      const work = createGoWork(place, path);
      await useFolders(place, work, args, { recursive: false, skipsVendor: true, warn: (line) => context.trace(line) });
      await writeGoWork(place, work);
      return {};
    }),
};
