/** `sumdb lookup`: the record of a module version and its proof, step by step. */
import { type LookedUp, lookUp, lookupDocument } from '../client/lookup.js';
import { canonicalVersion } from '../module/index.js';
import { formatHash } from '../tlog/index.js';
import type { Command } from './command.js';
import { jsonResult } from './json-result.js';
import { consistencyText, headText, logFlags, withLog } from './log-command.js';
import { usageError } from './module-flags.js';

function rangeText(start: number, end: number): string {
  return end - start === 1 ? `record ${start}` : `records ${start} to ${end - 1}`;
}

function text(a: LookedUp): string {
  const indent = (block: string) => block.replace(/^(?=.)/gm, '    ');
  const { head, leaf, steps } = a.proof;
  const walk = steps.map(
    ({ start, end, side, hash, running }) =>
      `    ${side} neighbour, ${rangeText(start, end)}: ${formatHash(hash)}\n      together ${formatHash(running)}\n`,
  );
  const stored = a.stored
    ? `stored head: ${headText(a.stored)}\n${consistencyText(a.stored, head, a.consistency)}`
    : 'stored head: none until now; this one is trusted from here on\n';
  return (
    `${a.path}@${a.version}: record ${a.id} of ${a.database}\n${indent(a.text)}` +
    `proof, from the record's leaf to the root:\n    ${rangeText(a.id, a.id + 1)}, leaf hash ${formatHash(leaf)}\n${walk.join('')}` +
    `signed head: ${headText(head)}, which is the last hash of the proof\n${indent(head.note)}${stored}`
  );
}

/** MODULE@VERSION with a canonical version: the log knows no queries. */
function parseModule(args: readonly string[]): { path: string; version: string } {
  const hint = 'name one module version, such as example.com/mod@v1.2.3';
  if (args.length !== 1) throw usageError('sumdb lookup takes one module@version', hint);
  const at = args[0]!.lastIndexOf('@');
  const path = args[0]!.slice(0, Math.max(at, 0));
  const version = args[0]!.slice(at + 1);
  if (path === '' || version === '') throw usageError(`sumdb lookup: ${args[0]} is not module@version`, hint);
  if (canonicalVersion(version) !== version) {
    const how = `\`tsgoget list -m ${path}@${version}\` says which version a query means`;
    throw usageError(`sumdb lookup: ${version} is not a canonical version, and the log knows no others`, how);
  }
  return { path, version };
}

export const sumdbLookup: Command = {
  name: 'sumdb lookup',
  usage: '[-json] [-x] module@version',
  summary: 'show the record of a module version and its proof',
  details: `Asks the checksum database for the record of a module version and shows what proves it, step by step: the record and its number, the hash of its leaf, each neighbouring hash with its range of records and the hash over all so far, up to the root that the signed tree head names; and the proof that this head continues the one that was stored here before.

The record must hold exactly one hash of the zip and one of the go.mod file. What was proven is stored as for every look-up. A private module (GONOSUMDB, GOPRIVATE) is not asked about. The version must be canonical: the log knows no queries.`,
  examples: ['sumdb lookup example.com/mod@v1.2.3', 'sumdb lookup -json example.com/mod@v1.2.3'],
  interspersed: true,
  flags: logFlags,
  run: async (invocation, context) => {
    const { path, version } = parseModule(invocation.args);
    return withLog(invocation, context, async (view, { sumdb }) => {
      const found = await lookUp(view, sumdb, path, version);
      return invocation.flags.bool('json') ? jsonResult(lookupDocument(found)) : { stdout: text(found) };
    });
  },
};
