/** What the `sumdb` commands share: the log that GOSUMDB names, opened and closed, and the look of hashes and heads. */
import { type Gateway, openGateway } from '../client/gateway.js';
import { formatGoJson } from '../gojson/index.js';
import type { LogView, SignedHead } from '../sumdb/index.js';
import { formatHash, type Hash } from '../tlog/index.js';
import type { CommandContext, CommandResult, FlagSpec, Invocation } from './command.js';
import { traceFlag } from './module-flags.js';

export const logFlags: readonly FlagSpec[] = [{ name: 'json', help: 'print one JSON document' }, traceFlag];

/** Runs over the log, of `gosumdb` instead of GOSUMDB if given, and closes what it opened. */
export async function withLog(
  { flags }: Invocation,
  context: CommandContext,
  run: (view: LogView, gateway: Gateway) => Promise<CommandResult>,
  gosumdb = context.goEnv.GOSUMDB,
): Promise<CommandResult> {
  let gateway: Gateway | undefined;
  const counts = { bytes: 0 };
  gateway = openGateway({
    goEnv: { ...context.goEnv, GOSUMDB: gosumdb },
    signal: context.signal,
    onTrace: flags.bool('x') ? (line) => context.trace(line) : undefined,
    onBytes: (n) => {
      counts.bytes += n;
      const { requests = 0, inFlight = 0 } = gateway?.http.stats() ?? {};
      context.progress.update({ ...counts, requests, inFlight });
    },
  });
  try {
    const view = gateway.openLog();
    const result = await run(view, gateway);
    await view.log.flush();
    return result;
  } finally {
    await gateway.close();
  }
}

/** A signed tree head in JSON. */
export interface HeadDocument {
  readonly Size: number;
  /** Base64. */
  readonly Hash: string;
  /** The signed note. */
  readonly Note: string;
}

export const headDocument = ({ size, hash, note }: SignedHead): HeadDocument => ({
  Size: size,
  Hash: formatHash(hash),
  Note: note,
});

export const hashTexts = (hashes: readonly Hash[]): string[] => hashes.map(formatHash);

export const jsonResult = (document: object): CommandResult => ({
  stdout: `${formatGoJson(document, { indent: '\t' })}\n`,
  stdoutKind: 'json',
});

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
