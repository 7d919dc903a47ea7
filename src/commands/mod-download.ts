/** `mod download`: every module named, or the build list, proven and extracted into the cache. */
import { flatten, isSecurity, messageOf, TsgogetError } from '../errors.js';
import { compareGo, explicitIndirectVersion } from '../gover/index.js';
import type { GoModFile } from '../modfile/index.js';
import { downloadJson, downloadModules, expandGraph, listModules, type Session, writeBack } from '../resolve/index.js';
import type { Command } from './command.js';
import { goJson } from './json-result.js';
import { moduleFlags, traceFlag, withSession } from './module-flags.js';
import { checkReuseFlag, readReuseFlag } from './reuse-flag.js';

/** What is downloaded when nothing is named: what go.mod lists, or all where go.mod does not list everything. */
function defaultArguments({ hasModRoot, isWorkspace, main }: Session): string[] {
  if (!hasModRoot) return [];
  if (isWorkspace) return ['all'];
  const { file } = main.single;
  if (file === undefined) return [];
  if (listsAll(file)) return file.require.map((r) => r.path);
  return file.require.length > 0 ? ['all'] : [];
}

const listsAll = ({ go }: GoModFile) => go !== undefined && compareGo(go.version, explicitIndirectVersion) >= 0;

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
  rights: { mod: 'mod', addsGoLine: true, isRepeatable: true },
  run: (invocation, context) =>
    withSession(
      modDownload,
      [invocation, context],
      { forceModules: true },
      async ({ session, requirements, needsNewerRelease }) => {
        const { flags } = invocation;
        for (const { path } of session.hasModRoot ? session.main.versions : []) {
          for (const arg of invocation.args) {
            if (arg.replace(/@(?:upgrade|patch)$/, '') !== path) continue;
            context.message(`skipping download of ${arg} that resolves to the main module`);
          }
        }
        const isExplicit = invocation.args.length > 0;
        if (isExplicit && session.isWorkspace && session.modRoots.length === 0) throw session.noMainModulesError();
        const args = isExplicit ? invocation.args : defaultArguments(session);
        if (args.length === 0) {
          if (!session.hasModRoot)
            throw new TsgogetError('failed', "no modules specified (see 'go help mod download')");
          context.message('no module dependencies to download');
          return {};
        }
        // what go.mod lists is checked against the whole graph
        const { rs } = isExplicit || args[0] === 'all' ? { rs: requirements } : await expandGraph(requirements);
        checkReuseFlag('mod download', flags, session, context);
        const listed = await listModules(rs, args, { reuse: await readReuseFlag(flags, context) });
        if (listed.error !== undefined && needsNewerRelease([listed.error])) throw listed.error;
        const outcome = { requirements: listed.error === undefined ? listed.requirements : rs };
        const writesSums = isExplicit || session.isWorkspace;
        if (!writesSums) await writeBack(outcome);
        const done = await downloadModules(session.fetcher, listed.modules, listed.infos.failures);
        const failures = done.flatMap((d) => (d.error === undefined ? [] : [d.error]));
        // before anything is printed: go would start a newer toolchain here
        if (needsNewerRelease(failures)) throw new AggregateError(failures);
        if (!flags.bool('json') && failures.length > 0) return { errors: failures };
        const errors: unknown[] = [];
        const recorded = writesSums ? writeBack(outcome) : session.fetcher.options.sumdb.flush();
        await recorded.catch((error) => errors.push(...flatten(error)));
        if (flags.bool('json')) {
          // what could not be recorded is no module that was downloaded and proven
          const Error = errors.length > 0 ? messageOf(errors[0]) : '';
          for (const d of done) {
            const told = downloadJson(d.module.Error === undefined && Error !== '' ? { ...d.module, Error } : d.module);
            context.stdout(goJson(told, context.goEnv.goVersion), 'json');
          }
        }
        if (listed.error !== undefined) errors.push(listed.error);
        // in JSON the failures are told already; the exit code still tells a refutation
        if (!flags.bool('json') || failures.length === 0) return { errors };
        return { errors, exitCode: failures.some(isSecurity) ? 3 : 1 };
      },
    ),
};
