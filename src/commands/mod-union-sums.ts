/** `mod union-sums`: a conflicted go.sum, merged and proven. */
import { dirname, join, resolve } from 'node:path';
import { type UnitedSums, uniteSums } from '../client/union-sums.js';
import { messageOf, TsgogetError } from '../errors.js';
import { findGoWork } from '../resolve/index.js';
import { type SourceTree, shortPath } from '../sourcetree/index.js';
import type { Command, CommandContext } from './command.js';
import { counted } from './log-command.js';
import { moduleFlags, provenResult, traceFlag, withRun } from './module-flags.js';

/** The go.sum of the module around here, and the go.work.sum of its workspace, as far as they are there. */
async function sumFilesHere(tree: SourceTree, { cwd, goEnv }: CommandContext, modFile = ''): Promise<string[]> {
  const root = await tree.findUp(cwd, 'go.mod');
  const goMod = modFile !== '' ? resolve(cwd, modFile) : root === undefined ? undefined : join(root, 'go.mod');
  const goWork = await findGoWork({ ...goEnv, cwd, tree });
  const files = [goMod?.replace(/\.mod$/, '.sum'), goWork && `${goWork}.sum`].filter((file) => file !== undefined);
  const found: string[] = [];
  for (const file of files) if (await tree.isFile(file)) found.push(file);
  if (found.length > 0) return found;
  const where = goMod === undefined ? cwd : dirname(goMod);
  throw new TsgogetError('not-found', `no go.sum in ${shortPath(where, cwd)}`, { hint: 'name the file' });
}

function text(name: string, { lines, proven, unproven, conflicts, isWritten }: UnitedSums): string {
  const merged = conflicts === 0 ? '' : `${counted(conflicts, 'conflict')} merged, `;
  const others = unproven === 0 ? '' : `, ${unproven} not looked up (GOSUMDB, GONOSUMDB)`;
  const what = isWritten ? 'written' : 'unchanged: it was as it should be';
  return `${name}: ${merged}${counted(lines, 'line')}, ${proven} proven by the checksum database${others}; ${what}\n`;
}

export const modUnionSums: Command = {
  name: 'mod union-sums',
  usage: '[-x] [go.sum ...]',
  summary: 'merge both sides of a conflicted go.sum and prove each line',
  details: `Makes one go.sum of the two that a merge left between its conflict markers: the lines of both sides, each once, in go's order. Before anything is written each line is proven by the checksum database, so that no merge, and no hand that resolved one, can bring in a false hash.
A line that the checksum database contradicts ends it with exit code 3, one that cannot be looked up with 1, and the file stays as it is. Lines of modules that GONOSUMDB or GOPRIVATE keep from the checksum database are merged unproven, and counted; two different hashes of one of them are refused.

Lines that are no sums (cut short, of an unknown algorithm, no module path) are told and left out. Without conflicts it does the same to the file as it stands. It does not need a go.mod that can be read; \`mod tidy\` removes what the merged go.mod no longer needs.
Without arguments it is about the go.sum of the module here, and the go.work.sum of its workspace.`,
  examples: ['mod union-sums', 'mod union-sums go.sum'],
  interspersed: true,
  flags: [traceFlag, ...moduleFlags],
  run: (invocation, context) =>
    withRun(modUnionSums, invocation, context, (run) =>
      provenResult(run, async () => {
        const { flags, args } = invocation;
        const tree = await run.openTree();
        const files = args.length > 0 ? args.map((arg) => resolve(context.cwd, arg)) : undefined;
        let stdout = '';
        for (const file of files ?? (await sumFilesHere(tree, context, flags.text('modfile')))) {
          const name = shortPath(file, context.cwd);
          const done = await uniteSums(tree, file, run.gateway.sumdb).catch((error: unknown) => {
            if (error instanceof TsgogetError && error.code === 'invalid-gosum') {
              throw new TsgogetError(error.code, `${name}: ${messageOf(error)}`, { cause: error });
            }
            throw error;
          });
          for (const { line, why } of done.unusable) context.message(`${name}:${line}: left out: ${why}`);
          if (done.lines > 0 && done.proven === 0) {
            context.message(
              `warning: nothing in ${name} was proven: GOSUMDB or GONOSUMDB keeps its modules from the checksum database`,
            );
          }
          stdout += text(name, done);
        }
        return { stdout };
      }),
    ),
};
