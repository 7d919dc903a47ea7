/** `work sync`: brings the modules of a workspace to the versions of its build list. Only its go line so far. */
import { TsgogetError } from '../errors.js';
import { maxGo } from '../gover/index.js';
import {
  expandGraph,
  raiseGoVersion,
  readGoWorkFile,
  requireGoWork,
  type Session,
  writeGoWork,
} from '../resolve/index.js';
import type { Command } from './command.js';
import { asFollowedRelease } from './followed-release.js';
import { moduleFlags, withSession } from './module-flags.js';
import { openWorkPlace } from './work-place.js';

/** Which of its dependencies a module needs follows from the packages that it imports, which nothing here reads yet. */
function checkNoRequirements({ main }: Session): void {
  const requiring = main.modules.find((m) => (m.file?.require.length ?? 0) > 0);
  if (requiring === undefined) return;
  throw new TsgogetError(
    'unsupported',
    `module ${requiring.path} has requirements: syncing them is not supported yet`,
    {
      hint: 'use `go work sync`; `work use` without arguments updates the go line of go.work',
    },
  );
}

/** A module without a go line counts as one of the release that is followed: the next command would write that. */
function newestGoLine({ main, goVersion }: Session): string {
  return main.modules
    .filter((m) => m.root !== '')
    .reduce((newest, m) => maxGo(newest, m.file?.go?.version ?? goVersion), '');
}

export const workSync: Command = {
  name: 'work sync',
  usage: '',
  summary: 'sync workspace build list to modules',
  details: `Raises the go line of go.work to that of its newest module.
Requirements of the modules are not brought to the versions of the workspace yet: a workspace whose modules have some is refused.`,
  examples: ['work sync'],
  difference: 'A workspace whose modules have requirements is refused.',
  flags: moduleFlags,
  run: (invocation, context) =>
    asFollowedRelease(context, async (context) => {
      const place = await openWorkPlace(context, invocation.flags.text('overlay'));
      const path = await requireGoWork(place);
      return withSession('work sync', invocation, context, { forceModules: true }, async ({ session }) => {
        checkNoRequirements(session);
        await expandGraph(session.requirements);
        const work = await readGoWorkFile(place, path);
        raiseGoVersion(work.file, newestGoLine(session));
        await writeGoWork(place, work);
        return {};
      });
    }),
};
