/** `mod download`: every module named, or the build list, proven and extracted into the cache. */
import { flatten, isSecurity, TsgogetError } from '../errors.js';
import { formatGoJson } from '../gojson/index.js';
import { compareGo, explicitIndirectVersion } from '../gover/index.js';
import { downloadJson, downloadModules, expandGraph, listModules, type Session, writeBack } from '../resolve/index.js';
import type { Command } from './command.js';
import { needsNewerRelease } from './followed-release.js';
import { moduleFlags, traceFlag, withSession } from './module-flags.js';
import { checkReuseFlag, readReuseFlag } from './reuse-flag.js';

/** What is downloaded when nothing is named: what go.mod lists, or all where go.mod does not list everything. */
async function defaultArguments(session: Session): Promise<string[]> {
  if (!session.hasModRoot) return [];
  if (session.isWorkspace) return ['all'];
  const { file } = session.main.single;
  if (file === undefined) return [];
  if (file.go === undefined || compareGo(file.go.version, explicitIndirectVersion) < 0) {
    return file.require.length > 0 ? ['all'] : [];
  }
  ({ rs: session.requirements } = await expandGraph(session.requirements));
  return file.require.map((r) => r.path);
}

export const modDownload: Command = {
  name: 'mod download',
  usage: '[-x] [-json] [-reuse=old.json] [modules]',
  summary: 'download modules to the module cache',
  details: `Downloads the named modules, proves each against go.sum or the checksum database, and extracts it into the module cache.
A module is named by its path (the version is then that of the build list), or as path@query. Without arguments the modules that go.mod requires are downloaded (in a workspace, or before Go 1.17, the whole build list).

With -reuse, outside any module, the answers of an earlier run stand where the repository that they came from says that nothing has changed; they are marked "Reuse". A module proxy cannot say that: its modules are looked up and downloaded as ever.

Nothing is printed on success; with -json one object for each module, with the files in the cache and the sums.`,
  examples: ['mod download', 'mod download -json all'],
  difference: 'All requests run side by side; transient failures are tried again.',
  flags: [
    { name: 'json', help: 'print a JSON object for each module' },
    {
      name: 'reuse',
      value: 'file',
      help: 'a file with the -json of an earlier run: what has not changed is not downloaded again',
    },
    traceFlag,
    ...moduleFlags,
  ],
  run: (invocation, context) =>
    withSession('mod download', invocation, context, { forceModules: true }, async ({ session }, context) => {
      const { flags } = invocation;
      for (const { path } of session.hasModRoot ? session.main.versions : []) {
        for (const arg of invocation.args) {
          if (arg.replace(/@(?:upgrade|patch)$/, '') !== path) continue;
          context.message(`skipping download of ${arg} that resolves to the main module`);
        }
      }
      const isExplicit = invocation.args.length > 0;
      if (session.isWorkspace && session.modRoots.length === 0) throw session.noMainModulesError();
      const args = isExplicit ? invocation.args : await defaultArguments(session);
      if (args.length === 0) {
        if (!session.hasModRoot) throw new TsgogetError('failed', "no modules specified (see 'go help mod download')");
        context.message('no module dependencies to download');
        return {};
      }
      checkReuseFlag('mod download', flags, session, context);
      const listed = await listModules(session, args, { reuse: await readReuseFlag(flags, context) });
      if (listed.error === undefined) session.requirements = listed.requirements;
      else if (needsNewerRelease(context, [listed.error])) throw listed.error;
      const writesSums = isExplicit || session.isWorkspace;
      if (!writesSums) await writeBack(session);
      const done = await downloadModules(session.fetcher, listed.modules, listed.infos.failures);
      const failures = done.flatMap((d) => (d.error === undefined ? [] : [d.error]));
      // before anything is printed: go would start a newer toolchain here
      if (needsNewerRelease(context, failures)) throw new AggregateError(failures);
      if (flags.bool('json')) {
        for (const d of done) context.stdout(`${formatGoJson(downloadJson(d.module), { indent: '\t' })}\n`, 'json');
      } else if (failures.length > 0) {
        return { errors: failures };
      }
      const errors: unknown[] = [];
      if (writesSums) await writeBack(session).catch((error) => errors.push(...flatten(error)));
      if (listed.error !== undefined) errors.push(listed.error);
      // in JSON the failures are told already; the exit code still tells a refutation
      if (!flags.bool('json') || failures.length === 0) return { errors };
      return { errors, exitCode: failures.some(isSecurity) ? 3 : 1 };
    }),
};
