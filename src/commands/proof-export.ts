/** `proof export`: one file beside go.sum that proves it later without a network. */
import { resolve } from 'node:path';
import { type Checkout, openCheckout } from '../checks/checkout.js';
import { goSumIsWellFormed } from '../checks/go-sum-is-well-formed.js';
import type { Finding, SumLineReport } from '../checks/report.js';
import { readableLines, verifyLines, versionOf } from '../checks/verify-go-sum.js';
import { type Gateway, openGateway } from '../client/gateway.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { ChecksumMismatchError, explainCommand, LogForkError, TsgogetError } from '../errors.js';
import { writeFileAtomic } from '../modcache/index.js';
import { formatProofFile } from '../proof/index.js';
import { SourceTree, shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext, CommandResult, Invocation } from './command.js';
import { moduleFlags, traceFlag, usageError } from './module-flags.js';
import { withWitnessFlags, witnessFlags } from './witness-flags.js';

export const proofExport: Command = {
  name: 'proof export',
  usage: '[-o file] [-strict]',
  summary: 'write a file that proves go.sum without a network',
  details: `Proves every line of go.sum (in a workspace: of go.work.sum and the members' go.sum files) against the checksum database, all against one signed tree head, and writes the proof into one file: go.sum.proof, or go.work.sum.proof in a workspace. With it \`tsgoget verify -proof go.sum.proof\` proves the same lines with no network and no trust in any mirror.

Lines that the settings keep from the checksum database (GOPRIVATE, GONOSUMDB, GOSUMDB=off) are named and left out; -strict refuses to leave any out. Nothing is written when a line differs from the database or cannot be checked. docs/proof-format.md describes the file.`,
  examples: ['proof export', 'proof export -o -'],
  flags: [
    { name: 'o', value: 'file', help: "write to this file; '-' is stdout" },
    { name: 'strict', help: 'refuse to leave out lines that the settings keep from the database' },
    ...witnessFlags,
    traceFlag,
    ...moduleFlags.filter(({ name }) => name !== 'modcacherw'),
  ],
  interspersed: true,
  run: async (invocation, given) => {
    if (invocation.args.length > 0) throw usageError('proof export takes no arguments');
    const context = withWitnessFlags(invocation, given);
    const { cwd, goEnv, signal } = context;
    const { flags } = invocation;
    const tree = await SourceTree.open({ cwd, overlay: flags.text('overlay'), signal });
    const { GOWORK, GOROOT } = goEnv;
    const checkout = await openCheckout({ cwd, tree, modFile: flags.text('modfile'), GOWORK, GOROOT });
    if (checkout.sumFiles.length === 0) {
      context.message('there is no go.sum: nothing to prove');
      return {};
    }
    const gateway = openGateway({
      goEnv,
      signal,
      onTrace: flags.bool('x') ? (line) => context.trace(line) : undefined,
    });
    try {
      return await exportProof(checkout, gateway, invocation, context);
    } finally {
      await gateway.close();
    }
  },
};

async function exportProof(
  checkout: Checkout,
  { sumdb }: Gateway,
  { flags }: Invocation,
  context: CommandContext,
): Promise<CommandResult> {
  const { cwd, goEnv, progress } = context;
  const lines = readableLines(checkout.sumFiles, () => true);
  const output = flags.text('o');
  const target = output === undefined ? defaultFile(checkout) : resolve(cwd, output);
  if ([...checkout.goMods, ...checkout.sumFiles.map(({ file }) => file), checkout.goWork].includes(target)) {
    throw usageError(`-o ${output}: this file is what is to be proven`);
  }
  const kind = output === '-' ? undefined : await checkout.tree.kindOf(target);
  if (kind !== undefined && kind !== 'file') {
    throw usageError(`${shortPath(target, cwd)} is not a regular file; -o - writes to stdout`); // it would be replaced by one
  }
  let done = 0;
  let fork: LogForkError | undefined;
  const noteFork = (error: unknown): never => {
    if (error instanceof LogForkError) fork ??= error;
    throw error;
  };
  const reports = await verifyLines(
    lines,
    { name: sumdb.name, find: async (p, v) => ({ ...(await sumdb.lookup(p, v).catch(noteFork)), remembered: false }) },
    {
      sumdb,
      settings: goEnv,
      onDone: (more) => {
        done += more;
        progress.update({ phase: 'proving', done, total: lines.length });
      },
    },
  );
  if (fork !== undefined) throw fork; // with its evidence, and not once a line
  const skipped = reports.filter(({ result }) => result.status === 'skipped');
  for (const [reason, paths] of skippedPaths(skipped)) {
    context.message(`left out, by ${reason}: ${paths.join(', ')}`);
  }
  const errors = [
    ...goSumIsWellFormed(checkout).findings.flatMap(errorOfFinding),
    ...reports.flatMap(errorOfLine),
    ...(flags.bool('strict') && skipped.length > 0
      ? [new TsgogetError('failed', `${count(skipped.length, 'line')} left out, and -strict is set`)]
      : []),
  ];
  if (errors.length > 0) return { errors: shorten(errors) };
  const proven = reports.filter(({ result }) => result.status === 'proven');
  const modules = distinctModules(proven);
  const file = await sumdb.prove(modules);
  await Promise.all(modules.map(({ path, version }) => sumdb.keep(path, version)));
  await sumdb.flush(); // the tree head is stored before anything is written that rests on it
  const text = formatProofFile(file);
  if (output === '-') return { stdout: text, stdoutKind: 'exact' };
  const bytes = encodeUtf8(text);
  await writeFileAtomic(target, bytes);
  const { size } = await sumdb.head();
  return {
    stdout: `${shortPath(target, cwd)}: ${count(proven.length, 'line')} of ${count(modules.length, 'module version')} proven in the tree of size ${size}; ${bytes.length} bytes\n`,
  };
}

/** Beside go.sum, or beside go.work.sum. */
function defaultFile({ goWork, goMods }: Checkout): string {
  return goWork === undefined ? `${goMods[0]!.replace(/\.mod$/, '.sum')}.proof` : `${goWork}.sum.proof`;
}

function distinctModules(lines: readonly SumLineReport[]): { path: string; version: string }[] {
  const modules = new Map(
    lines.map((line) => [`${line.path} ${versionOf(line)}`, { path: line.path, version: versionOf(line) }]),
  );
  return [...modules.values()];
}

function skippedPaths(lines: readonly SumLineReport[]): Map<string, string[]> {
  const paths = new Map<string, Set<string>>();
  for (const { path, result } of lines) {
    if (result.status !== 'skipped') continue;
    paths.set(result.reason, (paths.get(result.reason) ?? new Set()).add(path));
  }
  return new Map([...paths].map(([reason, set]) => [reason, [...set]]));
}

function errorOfFinding({ weight, message, file, line }: Finding): TsgogetError[] {
  if (weight === 'note') return [];
  return [
    new TsgogetError(weight === 'refuted' ? 'checksum-mismatch' : 'invalid-gosum', `${file}:${line}: ${message}`),
  ];
}

function errorOfLine({ file, line, path, version, result }: SumLineReport): TsgogetError[] {
  const subject = `${file}:${line}: ${path} ${version}: `;
  switch (result.status) {
    case 'proven':
    case 'skipped':
      return [];
    case 'differs': {
      const { want, got, from } = result;
      const words =
        want === '' ? `${from} does not have this line` : `checksum mismatch\n\t${file}: ${got}\n\t${from}: ${want}`;
      const hint = `\`${explainCommand(path, version)}\` compares what each source has and says what differs`;
      return [new ChecksumMismatchError(subject + words, { want, got, from }, { hint })];
    }
    case 'refuted':
      return [new TsgogetError('bad-proof', subject + result.reason)];
    default:
      return [new TsgogetError('failed', subject + result.reason)];
  }
}

const maxErrors = 20;

/** The refutations first, and no more than a person reads. */
function shorten(errors: readonly TsgogetError[]): TsgogetError[] {
  const weight = (error: TsgogetError) => (error.code === 'failed' || error.code === 'invalid-gosum' ? 1 : 0);
  const sorted = errors.toSorted((a, b) => weight(a) - weight(b));
  if (sorted.length <= maxErrors) return sorted;
  const more = new TsgogetError(
    'failed',
    `and ${sorted.length - maxErrors} more lines like these; nothing was written`,
  );
  return [...sorted.slice(0, maxErrors), more];
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
