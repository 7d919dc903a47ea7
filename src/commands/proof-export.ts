/** `proof export`: one file beside go.sum that proves it later without a network. */
import { resolve } from 'node:path';
import type { Checkout } from '../checks/index.js';
import { exportProofIn, openCheckoutOf } from '../client/verify.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { writeFileAtomic } from '../modcache/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext, Invocation } from './command.js';
import { moduleFlags, traceFlag, usageError, withRun } from './module-flags.js';
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
  run: (invocation, given) => {
    if (invocation.args.length > 0) throw usageError('proof export takes no arguments');
    const context = withWitnessFlags(invocation, given);
    return withRun(proofExport, invocation, context, async (run) => {
      const checkout = await openCheckoutOf(run);
      if (checkout.sumFiles.length === 0) {
        context.message('there is no go.sum: nothing to prove');
        return {};
      }
      const target = await chooseFile(checkout, invocation, context);
      const { leftOut, errors, proof } = await exportProofIn(run, checkout, invocation.flags.bool('strict'));
      for (const { reason, paths } of leftOut) context.message(`left out, by ${reason}: ${paths.join(', ')}`);
      if (proof === undefined) return { errors };
      if (target === undefined) return { stdout: proof.text, stdoutKind: 'exact' };
      const bytes = encodeUtf8(proof.text);
      await writeFileAtomic(target, bytes);
      const proven = `${count(proof.lines, 'line')} of ${count(proof.modules, 'module version')} proven`;
      const tree = `in the tree of size ${proof.treeSize}`;
      return { stdout: `${shortPath(target, context.cwd)}: ${proven} ${tree}; ${bytes.length} bytes\n` };
    });
  },
};

/** The file that -o names, or that beside go.sum; undefined for stdout. Throws 'usage' for one that must not be replaced. */
async function chooseFile(
  checkout: Checkout,
  { flags }: Invocation,
  { cwd }: CommandContext,
): Promise<string | undefined> {
  const output = flags.text('o');
  if (output === '-') return undefined;
  const target = output === undefined ? defaultFile(checkout) : resolve(cwd, output);
  if ([...checkout.goMods, ...checkout.sumFiles.map(({ file }) => file), checkout.goWork].includes(target)) {
    throw usageError(`-o ${output}: this file is what is to be proven`);
  }
  const kind = await checkout.tree.kindOf(target);
  if (kind !== undefined && kind !== 'file') {
    throw usageError(`${shortPath(target, cwd)} is not a regular file; -o - writes to stdout`); // it would be replaced by one
  }
  return target;
}

/** Beside go.sum, or beside go.work.sum. */
function defaultFile({ goWork, goMods }: Checkout): string {
  return goWork === undefined ? `${goMods[0]!.replace(/\.mod$/, '.sum')}.proof` : `${goWork}.sum.proof`;
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
