/** `work sync`: brings the modules of a workspace to the versions of its build list. */

import { asFollowedRelease } from '../client/followed-release.js';
import { raiseGoVersion, readGoWorkFile, requireGoWork, syncWorkspace, writeGoWork } from '../resolve/index.js';
import type { Command } from './command.js';
import { moduleFlags, withSession } from './module-flags.js';
import { openWorkPlace } from './work-place.js';

export const workSync: Command = {
  name: 'work sync',
  usage: '',
  summary: 'sync workspace build list to modules',
  details: `Resolves the workspace, and raises what each of its modules requires to the versions that the workspace builds with: of the modules that provide packages to its own packages and their tests. The go.mod and go.sum of a module that changes are tidied.

Where a module cannot have those versions, or cannot be resolved outside of the workspace, nothing is changed; up to Go 1.26 that module is left as it is, and the others get exactly those versions, lower ones too. The go line of go.work is raised to that of its newest module.`,
  examples: ['work sync'],
  difference: 'The files are written together, at the end: when something fails, none has changed.',
  flags: moduleFlags,
  rights: { mod: 'mod', addsGoLine: true, isAboutWorkspace: true, isRepeatable: true, announcesDownloads: true },
  run: (invocation, given) =>
    asFollowedRelease(given, async (goEnv) => {
      const context = { ...given, goEnv };
      const place = await openWorkPlace(context, invocation.flags.text('overlay'));
      const path = await requireGoWork(place);
      return withSession(workSync, [invocation, context], { forceModules: true }, async ({ requirements }) => {
        const goVersion = await syncWorkspace(requirements);
        const work = await readGoWorkFile(place, path);
        raiseGoVersion(work.file, goVersion);
        await writeGoWork(place, work);
        return {};
      });
    }),
};
