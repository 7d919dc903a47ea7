/** `sumdb latest`: the tree head that is trusted here, the one that the server shows now, and whether they agree. */
import { type HeadDocument, hashTexts, headDocument } from '../client/head-document.js';
import { LogForkError } from '../errors.js';
import type { SignedHead } from '../sumdb/index.js';
import type { Hash } from '../tlog/index.js';
import type { Command } from './command.js';
import { jsonResult } from './json-result.js';
import { consistencyText, headText, logFlags, withLog } from './log-command.js';
import { usageError } from './module-flags.js';

/** The document of `sumdb latest --json`. */
export interface SumDbLatestDocument {
  readonly Database: string;
  /** The head that is trusted here; absent before the first. */
  readonly StoredHead?: HeadDocument;
  readonly ServedHead: HeadDocument;
  /** Proven; absent when there is nothing to compare with. */
  readonly Consistent?: boolean;
  /** RFC 6962's proof from the smaller tree to the larger, empty for the same tree; of a fork, what proves it. */
  readonly Proof?: readonly string[];
}

interface Compared {
  readonly name: string;
  readonly stored: SignedHead | undefined;
  readonly served: SignedHead;
  readonly proof: readonly string[];
  readonly consistent: boolean;
}

function document({ name, stored, served, proof, consistent }: Compared): SumDbLatestDocument {
  return {
    Database: name,
    ...(stored && { StoredHead: headDocument(stored) }),
    ServedHead: headDocument(served),
    ...(stored && { Consistent: consistent, Proof: proof }),
  };
}

function text(database: string, stored: SignedHead | undefined, served: SignedHead, proof: readonly Hash[]): string {
  const heads = `${database}\nstored here: ${stored ? headText(stored) : 'nothing yet'}\nserved now:  ${headText(served)}\n`;
  return heads + (stored ? consistencyText(stored, served, proof) : 'nothing to compare it with\n');
}

export const sumdbLatest: Command = {
  name: 'sumdb latest',
  usage: '[-json] [-x]',
  summary: 'compare the stored tree head with the one that is served now',
  details: `Shows the tree head of the checksum database that is trusted here (stored in GOPATH/pkg/sumdb, shared with the go command) and the one that the server shows now, and proves that the smaller tree is the beginning of the larger one. A server that shows a smaller tree than the stored one is behind, and that is no failure.

Two heads that contradict each other are a fork: exit code 3, both notes and the proof are printed and kept as evidence, and nothing trusts the database any more until a person decides (see sumdb reset). Nothing else is stored.`,
  examples: ['sumdb latest', 'sumdb latest -json'],
  interspersed: true,
  flags: logFlags,
  run: async (invocation, context) => {
    if (invocation.args.length > 0) throw usageError('sumdb latest takes no arguments');
    const isJson = invocation.flags.bool('json');
    return withLog(invocation, context, async (view) => {
      const { log } = view;
      const stored = await log.heads.stored();
      const served = await log.heads.served();
      try {
        await log.heads.merge(served);
      } catch (error) {
        if (!isJson || !(error instanceof LogForkError)) throw error;
        return {
          ...jsonResult(document({ name: log.name, stored, served, proof: error.proof, consistent: false })),
          errors: [error],
        };
      }
      const proof = stored ? await view.proveConsistency(stored, served) : [];
      return isJson
        ? jsonResult(document({ name: log.name, stored, served, proof: hashTexts(proof), consistent: true }))
        : { stdout: text(log.name, stored, served, proof) };
    });
  },
};
