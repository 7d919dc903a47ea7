/** `sumdb monitor`: every new record of the log proven in its place, those of some modules reported. */
import { formatGoJson } from '../gojson/index.js';
import { pathMatch } from '../module/index.js';
import { type MonitoredVersion, monitor, rememberedMatches, rememberedVersions } from '../sumdb/index.js';
import type { Command } from './command.js';
import { counted, headText, withLog } from './log-command.js';
import { traceFlag, usageError } from './module-flags.js';

/** A line of `sumdb monitor --json`. */
export interface SumDbMonitorLine {
  /** The record's number. */
  readonly Record: number;
  readonly Path: string;
  readonly Version: string;
  /** h1: of the zip, and of the go.mod file. */
  readonly Sum?: string;
  readonly GoModSum?: string;
}

const line = ({ record, path, version, sum, goModSum }: MonitoredVersion): SumDbMonitorLine => ({
  Record: record,
  Path: path,
  Version: version,
  ...(sum !== undefined && { Sum: sum }),
  ...(goModSum !== undefined && { GoModSum: goModSum }),
});

function parseFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const from = Number(text);
  if (/^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(from)) return from;
  throw usageError(`sumdb monitor: -from ${text} is not the number of a record`);
}

function checkPatterns(patterns: readonly string[]): string {
  for (const pattern of patterns.flatMap((p) => p.split(','))) {
    if (pattern === '' || pattern === '/' || pathMatch(pattern, '') === undefined) {
      throw usageError(`sumdb monitor: ${JSON.stringify(pattern)} is not a pattern of module paths`);
    }
  }
  return patterns.join(',');
}

export const sumdbMonitor: Command = {
  name: 'sumdb monitor',
  usage: '[-from N] [-json] [-x] [pattern ...]',
  summary: 'prove every new record and report those of some modules',
  details: `Reads every record from the stored position to the newest tree head, in data tiles, and proves each in its place in the signed tree; and proves that this head continues those that were seen before. Records of modules that match a pattern are printed as soon as they are proven, one a line: record number, module path, version, hash of the zip, hash of the go.mod file; with -json one object a line. Patterns are those of GOPRIVATE: globs over the leading elements of a module path. Without one, nothing is reported, and everything is proven.

The position is stored beside the tree head, in GOPATH/pkg/sumdb, and an interrupted run goes on where it was. The first run begins at the tree head that is stored there, or at record 0 when there is none; -from begins at another record. The file of the position is believed only as far as the log proves it: a false one ends with exit code 3, a damaged one with 1.

Two records for one module version, or two hashes in one, end with exit code 3 and both records. What is covered, in bounded memory: any two records of one run with fewer than ${rememberedVersions.toLocaleString('en-US')} module versions between them; and any two that match a pattern, of this run and those before it, for the newest ${rememberedMatches.toLocaleString('en-US')} matches. A suspicion is reported only after the earlier record has been read and proven again. Records further apart that match no pattern are not compared.`,
  examples: ['sumdb monitor example.com/me/*', 'sumdb monitor -from 0 -json example.com/mod'],
  interspersed: true,
  flags: [
    { name: 'from', value: 'N', help: 'begin at record N instead of the stored position' },
    { name: 'json', help: 'print one JSON object a line' },
    traceFlag,
  ],
  run: async (invocation, context) => {
    const { flags, args } = invocation;
    const from = parseFrom(flags.text('from'));
    const patterns = checkPatterns(args);
    const print = flags.bool('json')
      ? (found: MonitoredVersion) => context.stdout(`${formatGoJson(line(found))}\n`, 'json')
      : (found: MonitoredVersion) => context.stdout(`${Object.values(line(found)).join(' ')}\n`);
    return withLog(invocation, context, async (view) => {
      context.progress.update({ phase: 'proving records' });
      const { head, ...result } = await monitor(view, {
        from,
        patterns,
        onMatch: print,
        onProgress: (done, total) => context.progress.update({ done, total }),
      });
      const count = head.size - result.from;
      const range = count === 0 ? 'no new records' : `records ${result.from} to ${head.size - 1} are proven`;
      const odd = result.unreadable === 0 ? '' : `; ${counted(result.unreadable, 'record')} without a module version`;
      context.message(`${view.log.name}: ${range}, ${result.matched} reported${odd}; tree head: ${headText(head)}`);
      return {};
    });
  },
};
