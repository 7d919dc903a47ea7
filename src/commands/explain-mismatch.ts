/** `explain-mismatch`: what each source has of a module version, which files differ, and why that may be. */
import {
  baseHash,
  classTitles,
  type Difference,
  type Explanation,
  explainDocument,
  type FileDifference,
  hashesOf,
  type Part,
  partNames,
  parts,
  type Source,
} from '../checks/mismatch/index.js';
import { checkQuestion, explainIn } from '../client/explain-mismatch.js';
import { messageOf } from '../errors.js';
import { formatModuleVersion, quoteGo } from '../module/index.js';
import { splitArgument } from '../resolve/index.js';
import type { Command, CommandContext, CommandResult, Invocation, Style } from './command.js';
import { jsonResult } from './json-result.js';
import { moduleFlags, traceFlag, usageError, withRun } from './module-flags.js';

const exitCodes = { agreed: 0, undecided: 1, refuted: 3 } as const;

function readArgument(args: readonly string[]): { path: string; text: string } {
  const [arg, ...rest] = args;
  if (arg === undefined || rest.length > 0 || !/^[^@]+@./s.test(arg)) {
    throw usageError('explain-mismatch takes one module and its version: path@version');
  }
  try {
    const { path, query: text = '' } = splitArgument(arg);
    checkQuestion(path, text);
    return { path, text };
  } catch (error) {
    throw usageError(messageOf(error));
  }
}

function run(invocation: Invocation, context: CommandContext): Promise<CommandResult> {
  const { path, text } = readArgument(invocation.args);
  return withRun(explainMismatch, invocation, context, async (run) => {
    const { explanation, query } = await explainIn(run, path, text);
    const exitCode = exitCodes[explanation.verdict];
    if (!invocation.flags.bool('json'))
      return { stdout: await formatExplanation(explanation, context.style), exitCode };
    return { ...jsonResult(explainDocument(explanation, query)), exitCode };
  });
}

/** What comes from outside is one line in a code block, so that the text can be pasted into an issue as it is. */
const indent = '    ';
const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const maxFilesInText = 20;

async function formatExplanation(e: Explanation, style: Style): Promise<string> {
  const isGood = e.verdict === 'agreed';
  const title = e.verdict === 'refuted' ? `mismatch, likely ${classTitles[e.class]}` : titleOf(e);
  const heading = `${formatModuleVersion(e.module)}: ${title}`;
  return [
    `${style.paint(isGood ? 'good' : 'bad', heading)}\n`,
    await formatSources(e, style),
    formatHashes(e),
    formatReasons(e.sources),
    ...e.differences.map(formatDifference),
    `${e.summary}\n`,
    formatEvidence(e.evidence),
    e.next.map((line) => `Next: ${oneLine(line)}\n`).join(''),
  ]
    .filter((block) => block !== '')
    .join('\n');
}

const titleOf = (e: Explanation) => (e.verdict === 'agreed' ? classTitles[e.class] : 'could not be decided');

/** A letter for each hash of a file: A is what the others are held against. */
function lettersOf({ sources }: Explanation, part: Part): Map<string, string> {
  const base = baseHash(sources, part);
  const hashes = [...new Set([...(base === undefined ? [] : [base]), ...sources.flatMap((s) => hashesOf(s, part))])];
  return new Map(hashes.map((hash, i) => [hash, i < 26 ? String.fromCharCode(65 + i) : `#${i}`]));
}

const stateWords: Record<string, string> = {
  absent: 'none',
  broken: 'BROKEN',
  refuted: 'FALSE',
  'not-asked': 'not asked',
  failed: 'FAILED',
};

function formatSources(e: Explanation, style: Style): Promise<string> {
  const letters = { goMod: lettersOf(e, 'goMod'), zip: lettersOf(e, 'zip') };
  const cell = (s: Source, part: Part) => {
    const said = s[part];
    if (said.state === 'has') {
      const marks = said.hashes.map((hash) => letters[part].get(hash)).join(' ');
      return style.paint(marks === 'A' ? 'good' : 'bad', marks === 'A' ? 'A' : `${marks} (differs)`);
    }
    const isQuiet = said.state === 'absent' || said.state === 'not-asked';
    return style.paint(isQuiet ? 'dim' : 'bad', stateWords[said.state] ?? said.state);
  };
  const name = (s: Source) => indent + oneLine(s.name) + (s.record === undefined ? '' : `, record ${s.record.id}`);
  return style.table(
    e.sources.map((s) => [name(s), ...parts.map((part) => cell(s, part))]),
    [{ heading: `${indent}SOURCE`, shrinksFirst: true }, { heading: 'GO.MOD' }, { heading: 'ZIP' }],
  );
}

function formatHashes(e: Explanation): string {
  const lines = parts.flatMap((part) =>
    [...lettersOf(e, part)].map(
      ([hash, letter]) => `${indent}${partNames[part].padEnd(6)} ${letter}  ${oneLine(hash)}\n`,
    ),
  );
  return lines.join('');
}

/** Why there is no hash of a source that ought to have one. */
function formatReasons(sources: readonly Source[]): string {
  const reasons = sources.flatMap((s) => {
    const told = parts.flatMap((part) => {
      const said = s[part];
      return said.state === 'has' || said.state === 'absent' ? [] : [`${stateWords[said.state]}: ${said.reason}`];
    });
    return [...new Set(told)].map((reason) => `${indent}${oneLine(`${s.name}: ${reason}`)}\n`);
  });
  return reasons.join('');
}

function formatDifference(d: Difference): string {
  const count = `${d.count} ${d.count === 1 ? 'file differs' : 'files differ'}`;
  const heading = oneLine(`${partNames[d.part]}: ${count} between ${d.baseName} (-) and ${d.otherName} (+)`);
  const shown = d.files.slice(0, maxFilesInText);
  const more = d.count > shown.length ? [`… and ${d.count - shown.length} more`] : [];
  return [heading, ...shown.flatMap(formatFile), ...more].map((line) => `${indent}${line}\n`).join('');
}

function formatFile(f: FileDifference): string[] {
  const quoted = quoteGo(f.name.length > 200 ? `${f.name.slice(0, 200)}…` : f.name);
  const name = /^[!-~]+$/.test(f.name) && quoted === `"${f.name}"` ? f.name : quoted;
  const sizes = [f.baseSize, f.otherSize].filter((size) => size !== undefined).join(' and ');
  const from = f.line === undefined ? '' : `, from line ${f.line}`;
  const hunks = (f.hunks ?? []).map((line) => `    ${line}`);
  const texts = f.baseText === undefined ? [] : [`    - ${f.baseText}`, `    + ${f.otherText}`];
  // the place of the change itself where a hunk cannot show it: line ends, long lines
  const isCut = hunks.some((line) => line.endsWith('…'));
  const shown = hunks.length === 0 || isCut ? [...hunks, ...texts] : hunks;
  return [`  ${f.change} ${name}, ${sizes} bytes${from}${shown.length > 0 ? ':' : ''}`, ...shown];
}

const formatEvidence = (evidence: readonly string[]) =>
  evidence.map((line) => `${indent}* ${oneLine(line)}\n`).join('');

export const explainMismatch: Command = {
  name: 'explain-mismatch',
  usage: '[-json] [-x] module@version',
  summary: 'explain why the checksums of a module do not match',
  details: `Asks every source of a module version for itself (each entry of GOPROXY, the checksum database, go.sum and go.work.sum, the module cache), compares the hashes of what they have, lists the files that differ, and names the likely class of the mismatch with the evidence for it: re-tagged, stale mirror, line endings, export-subst, truncated, tampered or wrong go.sum, tampered mirror, forked log, damaged cache.

What is fetched stays in a temporary folder that is removed at the end; nothing is added to the module cache or to go.sum. A private module is not asked of the proxies and of the database that the settings keep it from. A source that could not be asked is listed with its reason.

Exit codes: 0 all sources agree; 1 it could not be decided; 3 there is a mismatch.`,
  examples: ['explain-mismatch example.com/mod@v1.2.3', 'explain-mismatch -json example.com/mod@latest'],
  interspersed: true,
  flags: [
    { name: 'json', help: 'print one JSON document' },
    traceFlag,
    ...moduleFlags.filter((flag) => flag.name !== 'modcacherw'),
  ],
  run,
};
