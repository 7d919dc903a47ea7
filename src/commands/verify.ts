/** `verify`: proves what a checkout relies on, and changes nothing. */
import { resolve } from 'node:path';
import {
  changedLines,
  openCheckout,
  readKnownGraph,
  verdictOf,
  verifyCheckout,
  verifyDocument,
} from '../checks/index.js';
import { openGateway } from '../client/gateway.js';
import { TsgogetError } from '../errors.js';
import { formatGoJson } from '../gojson/index.js';
import { maxProofFileBytes } from '../proof/index.js';
import { openSession } from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import { parseGoSumDb } from '../sumdb/index.js';
import type { Command, CommandContext, CommandResult, Invocation } from './command.js';
import { asFollowedRelease, needsNewerRelease } from './followed-release.js';
import { annotateGithub } from './github-actions.js';
import { moduleFlags, traceFlag, usageError } from './module-flags.js';
import { formatVerifyReport } from './verify-text.js';
import { withWitnessFlags, witnessFlags } from './witness-flags.js';

async function run(invocation: Invocation, outer: CommandContext): Promise<CommandResult> {
  const { flags, args } = invocation;
  if (args.length > 0) throw usageError('verify takes no arguments');
  const context = withWitnessFlags(invocation, outer);
  const { goEnv, cwd, signal, env } = context;
  if (goEnv.GOSUMDB !== 'off') parseGoSumDb(goEnv.GOSUMDB); // a wrong setting is one error, not one for each line
  const tree = await SourceTree.open({ cwd, overlay: flags.text('overlay'), signal });
  const modFile = flags.text('modfile');
  const checkout = await openCheckout({ cwd, tree, modFile, GOWORK: goEnv.GOWORK, GOROOT: goEnv.GOROOT });
  const revision = flags.text('changed');
  const changed = revision === undefined ? undefined : await changedLines(checkout, revision, { env, signal });
  const proofName = flags.text('proof');
  const proof = proofName === undefined ? undefined : await readProof(tree, cwd, proofName);
  const show = () => {
    const { requests, inFlight } = gateway.http.stats();
    context.progress.update({ requests, inFlight });
  };
  const gateway = openGateway({
    goEnv,
    signal,
    onTrace: flags.bool('x') ? (line) => context.trace(line) : undefined,
    onBytes: show,
  });
  context.progress.update({ phase: 'verifying' });
  try {
    const report = await verifyCheckout({
      checkout,
      settings: goEnv,
      sumdb: gateway.sumdb,
      cache: gateway.cache,
      withGraph: (use) =>
        asFollowedRelease(context, async (followed) => {
          const { session, requirements } = await openSession({
            ...followed.goEnv,
            cwd,
            tree,
            rights: verify.rights!,
            rootMode: 'required',
            forceModules: true,
            modFile,
            dropMalformedSums: true,
            message: (line) => context.message(line),
            notice: (line) => context.trace(line),
            createFetcher: (sums) => gateway.createFetcher(sums, followed.goEnv.goVersion),
          });
          return use(session, await readKnownGraph(requirements, (errors) => needsNewerRelease(followed, errors)));
        }),
      all: flags.bool('all'),
      strict: flags.bool('strict'),
      cached: flags.bool('cache'),
      vendored: flags.has('vendor') ? flags.bool('vendor') : undefined,
      changed,
      proof,
      signal,
      onProgress: (done, total) => context.progress.update({ done, total, sums: done }),
    });
    const { exitCode } = verdictOf(report);
    const isOnGithub = flags.has('github') ? flags.bool('github') : env['GITHUB_ACTIONS'] === 'true';
    const annotations = isOnGithub
      ? await annotateGithub(report, {
          cwd,
          workspace: env['GITHUB_WORKSPACE'],
          summaryFile: env['GITHUB_STEP_SUMMARY'],
          changed: changed?.lines,
        })
      : '';
    if (flags.bool('json')) {
      const text = `${formatGoJson(verifyDocument(report), { indent: '\t' })}\n`;
      return { stdout: text, stdoutKind: 'json', exitCode };
    }
    context.stdout(annotations, 'exact');
    return { stdout: formatVerifyReport(report, context.style), exitCode };
  } finally {
    await gateway.close();
  }
}

async function readProof(tree: SourceTree, cwd: string, name: string): Promise<{ name: string; bytes: Uint8Array }> {
  const bytes = await tree.read(resolve(cwd, name), name, maxProofFileBytes);
  if (bytes === undefined) throw new TsgogetError('failed', `open ${name}: no such file or directory`);
  return { name, bytes };
}

export const verify: Command = {
  name: 'verify',
  usage: '[-all] [-strict] [-cache] [-vendor] [-changed rev] [-proof file] [-policy file] [-json]',
  summary: 'prove each line of go.sum and what else a checkout relies on',
  details: `Proves each line of go.sum (in a workspace, of go.work.sum and the members' go.sum) against the checksum database, and checks that go.sum can be read in one way only and has every line that the module graph needs. A vendor folder is compared with the modules' zips, file by file, and vendor/modules.txt with go.mod. The checkout is not changed: only the module cache and the stored tree head are written.

A line is proven, or it differs, is not in the log, is skipped (by GOSUMDB=off, or a pattern of GONOSUMDB or GOPRIVATE, which the report names: such a module is not asked about), or could not be checked. What an earlier run has proven is remembered in the module cache, with its proof, and is not looked up again unless -all is given.

Which zips a build needs is not known without loading packages: of zips, the lines that are there are proven, and none is missed.

Exit code 0: everything was proven, or skipped by the settings. 1: something could not be checked, an outage for one; with -strict, or was skipped. 2: usage. 3: refuted: a hash, a signature or a proof contradicts the data.`,
  examples: ['verify', 'verify -strict -json', 'verify -changed origin/main', 'verify -proof go.sum.proof'],
  interspersed: true,
  flags: [
    { name: 'all', help: 'prove again what an earlier run has proven' },
    { name: 'strict', help: 'fail on lines that the settings skip' },
    { name: 'cache', help: 'hash the cached zips and folders again and compare them with go.sum' },
    { name: 'vendor', help: "compare vendor/ with the modules' zips (default: when there is one, and no -proof)" },
    { name: 'changed', value: 'rev', help: 'prove only lines that changed since a git revision' },
    { name: 'proof', value: 'file', help: 'prove the lines by a file of `proof export`, without the network' },
    { name: 'github', help: 'annotate for GitHub Actions (default: when it runs there)' },
    { name: 'json', help: 'print one JSON document' },
    ...witnessFlags,
    traceFlag,
    ...moduleFlags,
  ],
  rights: { mod: 'mod', isRepeatable: true },
  run,
};
