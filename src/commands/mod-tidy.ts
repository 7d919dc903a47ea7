/** `mod tidy`: go.mod and go.sum as the packages of the main module need them. */

import { selectRelease } from '../client/select-release.js';
import { unifiedDiff } from '../encoding/unified-diff.js';
import { decodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import { type FileChange, loadPackages, previewTidy, writeBack } from '../resolve/index.js';
import type { Command, CommandResult } from './command.js';
import { checkGoVersionFlag } from './go-version-flag.js';
import { moduleFlags, traceFlag, withSession } from './module-flags.js';

function formatChange(name: string, { before, after }: FileChange): string {
  const text = (bytes: Uint8Array) => decodeUtf8(bytes) ?? new TextDecoder().decode(bytes);
  const diff = unifiedDiff(`current/${name}`, text(before), `tidy/${name}`, text(after));
  return diff === '' ? '' : `${diff}\n`;
}

export const modTidy: Command = {
  name: 'mod tidy',
  usage: '[-e] [-v] [-x] [-diff] [-go=version] [-compat=version]',
  summary: 'add missing and remove unused modules',
  details: `Makes go.mod match the source code: modules that provide imported packages are added, those that provide none are removed, and go.sum is given the sums that this takes and no others.
Imports count for every system and build tag at once (but not files that say "ignore"), and those of tests of the packages too.

-diff writes nothing, prints what would change as a unified diff, and ends with exit code 1 if there is any. -go sets the go line; -compat names the oldest Go release that is to load the same packages with the same go.sum (before Go 1.21 the release before the go line's is kept able to).`,
  examples: ['mod tidy', 'mod tidy -diff', 'mod tidy -go=1.26'],
  flags: [
    { name: 'e', help: 'go on after errors of packages' },
    { name: 'v', help: 'print the modules that are removed' },
    { name: 'diff', help: 'print what would change, and write nothing' },
    { name: 'go', value: 'version', help: 'set the go line' },
    { name: 'compat', value: 'version', help: 'keep what this Go release needs' },
    traceFlag,
    ...moduleFlags,
  ],
  rights: {
    mod: 'mod',
    addsGoLine: true,
    writesGoLine: true,
    formatsGoMod: true,
    isRepeatable: true,
    announcesDownloads: true,
  },
  run: async ({ flags, args }, context) => {
    const goVersion = flags.text('go') ?? '';
    const compat = flags.text('compat') ?? '';
    if (goVersion !== '' || compat !== '') {
      const local = await selectRelease(context.goEnv, context.cwd);
      for (const { name, value } of flags.all()) {
        if (name === 'go' || name === 'compat') checkGoVersionFlag({ name, value }, local, modTidy);
      }
    }
    if (args.length > 0) throw new TsgogetError('failed', "'go mod tidy' accepts no arguments");
    return withSession(
      modTidy,
      [{ flags }, context],
      {
        forceModules: true,
        rootMode: 'required',
        ignoresWorkspace: true,
        dropMalformedSums: true,
        missingGoVersion: goVersion,
      },
      async ({ requirements: initial }): Promise<CommandResult> => {
        const { tidy, loaded } = await loadPackages(
          initial,
          {
            tidy: true,
            tidyGoVersion: goVersion,
            tidyCompatibleVersion: compat,
            resolveMissingImports: true,
            loadTests: true,
            allowErrors: flags.bool('e'),
            silenceMissingStdImports: true,
            verbose: flags.bool('v'),
          },
          'all',
        );
        if (tidy === undefined) throw new Error('tidied without tidying');
        const outcome = { requirements: loaded.requirements, loaded };
        if (!flags.bool('diff')) {
          await writeBack(outcome, { tidySums: tidy.keep });
          return {};
        }
        const { goMod, goSum } = await previewTidy(outcome, tidy.keep, tidy.compatVersion);
        const stdout = formatChange('go.mod', goMod) + formatChange('go.sum', goSum);
        return { stdout, stdoutKind: 'text', exitCode: stdout === '' ? 0 : 1 };
      },
    );
  },
};
