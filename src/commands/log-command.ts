/** What the `sumdb` commands share: the log that GOSUMDB names, opened and closed, and the look of hashes and heads. */
import type { Gateway } from '../client/gateway.js';
import type { LogView, SignedHead } from '../sumdb/index.js';
import { formatHash, type Hash } from '../tlog/index.js';
import type { CommandContext, CommandResult, FlagSpec, Invocation } from './command.js';
import { traceFlag, withRun } from './module-flags.js';

export const logFlags: readonly FlagSpec[] = [{ name: 'json', help: 'print one JSON document' }, traceFlag];

/** Works over the log, of `gosumdb` instead of GOSUMDB if given, and closes what it opened. */
export function withLog(
  invocation: Invocation,
  context: CommandContext,
  work: (view: LogView, gateway: Gateway) => Promise<CommandResult>,
  gosumdb = context.goEnv.GOSUMDB,
): Promise<CommandResult> {
  const over = { ...context, goEnv: { ...context.goEnv, GOSUMDB: gosumdb } };
  return withRun({}, invocation, over, async ({ gateway }) => {
    const view = gateway.openLog();
    const result = await work(view, gateway);
    await view.log.flush();
    return result;
  });
}

export const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

export const headText = (head: SignedHead) => `size ${head.size}, root ${formatHash(head.hash)}`;

/** What the proof that one head's tree begins another's says. */
export function consistencyText(a: SignedHead, b: SignedHead, proof: readonly Hash[]): string {
  if (a.size === b.size) return 'consistent: the same tree\n';
  const smaller = Math.min(a.size, b.size);
  const larger = Math.max(a.size, b.size);
  const steps = proof.map((hash) => `    ${formatHash(hash)}\n`).join('');
  return `consistent: the tree of ${larger} begins with the tree of ${smaller}; proof of ${counted(proof.length, 'hash').replace(/hashs$/, 'hashes')}\n${steps}`;
}
