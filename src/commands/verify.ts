/** `verify`: proves what a checkout relies on, and changes nothing. */
import { resolve } from 'node:path';
import { changedLines, verdictOf, verifyDocument } from '../checks/index.js';
import { readerRights } from '../client/run.js';
import { openCheckoutOf, verifyIn } from '../client/verify.js';
import { contentKind } from '../encoding/content-kind.js';
import { TsgogetError } from '../errors.js';
import { isProofFile, maxProofFileBytes } from '../proof/index.js';
import type { SourceTree } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, Invocation } from './command.js';
import { annotateGithub } from './github-actions.js';
import { jsonResult } from './json-result.js';
import { moduleFlags, traceFlag, usageError, withRun } from './module-flags.js';
import { formatVerifyReport } from './verify-text.js';
import { withWitnessFlags, witnessFlags } from './witness-flags.js';

function run(invocation: Invocation, outer: CommandContext): Promise<CommandResult> {
  const { flags, args } = invocation;
  if (args.length > 0) throw usageError('verify takes no arguments');
  const context = withWitnessFlags(invocation, outer);
  const { cwd, signal, env } = context;
  return withRun(verify, invocation, context, async (run) => {
    const checkout = await openCheckoutOf(run);
    const revision = flags.text('changed');
    const changed = revision === undefined ? undefined : await changedLines(checkout, revision, { env, signal });
    const proofName = flags.text('proof');
    const report = await verifyIn(run, checkout, {
      all: flags.bool('all'),
      strict: flags.bool('strict'),
      cached: flags.bool('cache'),
      vendored: flags.has('vendor') ? flags.bool('vendor') : undefined,
      changed,
      proof: proofName === undefined ? undefined : await readProof(checkout.tree, cwd, proofName),
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
    if (flags.bool('json')) return { ...jsonResult(verifyDocument(report)), exitCode };
    context.stdout(annotations, 'exact');
    return { stdout: formatVerifyReport(report, context.style), exitCode };
  });
}

async function readProof(tree: SourceTree, cwd: string, name: string): Promise<{ name: string; bytes: Uint8Array }> {
  const bytes = await tree.read(resolve(cwd, name), name, maxProofFileBytes);
  if (bytes === undefined) throw new TsgogetError('failed', `open ${name}: no such file or directory`);
  if (!isProofFile(bytes)) {
    const words = `${name} is no proof file, but ${kindOf(bytes)}: \`tsgoget proof export\` makes one`;
    throw new TsgogetError('failed', words);
  }
  return { name, bytes };
}

/** What somebody gave in place of a proof file. */
function kindOf(bytes: Uint8Array): string {
  const known = contentKind(bytes);
  if (known !== undefined) return known;
  const text = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  if (/^(?:\xef\xbb\xbf)?go\.sum proof v1\s/.test(text))
    return 'one whose first line was changed (to CRLF, by git perhaps)';
  if (/^go\.sum proof v\d/.test(text)) return 'one of another version';
  if (/^\S+ v\S+ h1:\S+\s/.test(text)) return 'a go.sum';
  if (/^module\s/m.test(text)) return 'a go.mod';
  if (/^go\.sum database tree\n/.test(text)) return 'a signed tree head';
  return 'something else';
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
  rights: readerRights,
  run,
};
