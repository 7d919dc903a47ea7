/**
 * A report of `verify` for GitHub Actions: annotations on the lines of go.sum, as workflow commands, and the job summary.
 * Both are read by programs that take orders from text, and much of the text comes from outside (attack A21): every character
 * of it that could mean something is escaped here, and nowhere else.
 */
import { appendFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type Finding,
  groupByCause,
  type LineStatus,
  maxExamples,
  nothingProvenWarning,
  nounOf,
  type SumLineReport,
  type VerifyReport,
  verdictOf,
} from '../checks/index.js';
import { cleanText } from '../encoding/clean-text.js';
import { messageOf } from '../errors.js';

export interface GithubOptions {
  /** The folder that the report's file names are relative to. */
  readonly cwd: string;
  /** GITHUB_WORKSPACE: annotations name files relative to it. */
  readonly workspace?: string | undefined;
  /** GITHUB_STEP_SUMMARY: the file that the job summary is appended to. */
  readonly summaryFile?: string | undefined;
  /** Absolute file → the lines that changed: these come first. */
  readonly changed?: ReadonlyMap<string, ReadonlySet<number>> | undefined;
}

/** Something that keeps the report from being good. */
interface Problem {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** What problems that are one in this have in common; undefined for a problem of its own. */
  readonly common?: { readonly reason: string; readonly path: string; readonly version: string } | undefined;
  /** What a person can do. */
  readonly hint?: string | undefined;
  /** What is common says all of it. */
  readonly isWhole?: boolean;
  /** It stands for others: where they are. */
  readonly places?: readonly string[];
}

/** GitHub shows ten of a step. */
const maxAnnotations = 10;
/** GitHub refuses a larger summary of a step. */
const maxSummaryBytes = 2 ** 20;
const maxRows = 200;
const maxTextLength = 500;

/** Appends the job summary, if there is a file for it, and returns the annotations: lines for stdout, to be written as they are. */
export async function annotateGithub(report: VerifyReport, options: GithubOptions): Promise<string> {
  const annotations = formatAnnotations(report, options);
  if (!options.summaryFile) return annotations;
  try {
    await appendJobSummary(resolve(options.cwd, options.summaryFile), formatJobSummary(report, options));
    return annotations;
  } catch (error) {
    return `${annotations}::warning title=tsgoget::${escapeData(`the job summary was not written: ${messageOf(error)}`)}\n`;
  }
}

/** Workflow commands, a line each: ten at most, those of changed lines first, then the most serious. */
export function formatAnnotations(report: VerifyReport, options: GithubOptions): string {
  return problemsOf(report, options)
    .slice(0, maxAnnotations)
    .map(({ level, title, message, file, line }) => {
      const place = file === undefined ? undefined : workspacePath(file, options);
      const about = file !== undefined && place === undefined ? `${file}${line === undefined ? '' : `:${line}`}: ` : '';
      const properties = [
        ...(place === undefined ? [] : [`file=${escapeProperty(place)}`]),
        ...(place === undefined || line === undefined ? [] : [`line=${line}`]),
        `title=${escapeProperty(`tsgoget: ${title}`)}`,
      ];
      return `::${level} ${properties.join(',')}::${escapeData(about + message)}\n`;
    })
    .join('');
}

/** Markdown: the verdict, the counts, and what speaks against it. */
export function formatJobSummary(report: VerifyReport, options: GithubOptions): string {
  const { word, line, counts, exitCode } = verdictOf(report);
  const icon = word === 'nothing proven' ? '⚠️' : { 0: '✅', 1: '⚠️', 3: '❌' }[exitCode];
  const problems = problemsOf(report, options);
  const rows = problems.slice(0, maxRows).map(({ title, message, file, line, places }) => {
    const own = file === undefined ? '' : code(line === undefined ? file : `${file}:${line}`);
    const place = places === undefined ? own : code(places.join(', '));
    return `| ${place} | ${plain(title)} | ${code(message)} |`;
  });
  if (problems.length > maxRows) rows.push(`| | | ${problems.length - maxRows} more |`);
  const claims = report.claims.map(({ claim, checked, findings }) => {
    const worst = findings.some((f) => f.weight === 'refuted')
      ? 'refuted'
      : findings.some((f) => f.weight === 'unchecked')
        ? 'not checked'
        : 'holds';
    return `| ${plain(claim)} | ${checked} | ${worst} | ${nounOf(findings.filter((f) => f.weight === 'note').length, 'note')} |`;
  });
  return [
    `### ${icon} tsgoget verify: ${word}`,
    '',
    code(line, 2000),
    '',
    ...(word === 'nothing proven' ? [`**Warning:** ${plain(nothingProvenWarning)}`, ''] : []),
    '| lines | proven | differ | not in the log | skipped | not checked | refuted |',
    '| --: | --: | --: | --: | --: | --: | --: |',
    `| ${[counts.Lines, counts.Proven, counts.Differs, counts.NotInLog, counts.Skipped, counts.NotChecked, counts.Refuted].join(' | ')} |`,
    '',
    ...(rows.length === 0 ? [] : ['| where | what | why |', '| --- | --- | --- |', ...rows, '']),
    ...(claims.length === 0 ? [] : ['| claim | looked at | | |', '| --- | --: | --- | --- |', ...claims, '']),
    '',
  ].join('\n');
}

/** Appends to the summary of this step, which may hold what others wrote; only its head where not all has room. */
export async function appendJobSummary(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw new Error(`${file} is not a regular file`);
  const room = maxSummaryBytes - (found?.size ?? 0);
  const head = `\n${text.split('\n', 3).join('\n')}\n\n`;
  const fitting = [`\n${text}`, head].find((t) => Buffer.byteLength(t) <= room);
  if (fitting === undefined) throw new Error('it is full');
  await appendFile(file, fitting);
}

/** What is wrong, in the order in which it is to be shown. */
function problemsOf(report: VerifyReport, { cwd, changed }: GithubOptions): Problem[] {
  const found = [
    ...report.lines.flatMap((line) => problemOfLine(line, report.strict)),
    ...report.claims.flatMap(({ findings }) => findings.flatMap(problemOfFinding)),
  ];
  const rank = ({ file, line, level, title }: Problem) => {
    const isChanged = file !== undefined && line !== undefined && changed?.get(resolve(cwd, file))?.has(line);
    return (isChanged ? 0 : 10) + (level === 'warning' ? 2 : ['differs', 'refuted'].includes(title) ? 0 : 1);
  };
  const sorted = found
    .map((problem) => ({ problem, rank: rank(problem) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ problem }) => problem);
  return [...warningsOf(report), ...mergeByCause(sorted)].map((p) =>
    p.hint === undefined ? p : { ...p, message: `${p.message}; ${p.hint}` },
  );
}

function warningsOf(report: VerifyReport): Problem[] {
  if (verdictOf(report).word !== 'nothing proven') return [];
  const [file, line] = [undefined, undefined];
  return [{ level: 'warning', title: 'nothing proven', message: nothingProvenWarning, file, line }];
}

/** One problem for a cause, at the place of the first. */
function mergeByCause(problems: readonly Problem[]): Problem[] {
  const merged = new Map<Problem, Problem>();
  for (const problem of problems) if (problem.common === undefined) merged.set(problem, problem);
  const titlesOf = new Set(problems.map(({ title }) => title));
  for (const title of titlesOf) {
    const alike = problems.filter((p) => p.title === title && p.common !== undefined);
    for (const { words, items } of groupByCause(alike, (p) => p.common!)) {
      const [first] = items as [Problem, ...Problem[]];
      const places = [
        ...new Set(
          items.flatMap(({ file, line }) =>
            file === undefined ? [] : [line === undefined ? file : `${file}:${line}`],
          ),
        ),
      ];
      const more = places.length - maxExamples;
      const named = [...places.slice(0, maxExamples), ...(more > 0 ? [`${more} more`] : [])];
      const told = first.isWhole
        ? `${first.file}: ${words}`
        : `${items.length} times: ${words}${named.length > 1 ? ` (${named.join(', ')})` : ''}`;
      merged.set(first, items.length === 1 ? first : { ...first, message: told, places: named });
    }
  }
  return problems.flatMap((problem) => merged.get(problem) ?? []);
}

const titles: Record<Exclude<LineStatus['status'], 'proven'>, string> = {
  differs: 'differs',
  refuted: 'refuted',
  'not-in-log': 'not in the log',
  'not-checked': 'not checked',
  skipped: 'skipped',
};

function problemOfLine({ file, line, path, version, result }: SumLineReport, strict: boolean): Problem[] {
  if (result.status === 'proven' || (result.status === 'skipped' && !strict)) return [];
  const why =
    result.status === 'differs'
      ? `${result.from} has ${result.want === '' ? 'no such line' : result.want}, here stands ${result.got}`
      : result.reason;
  const common = result.status === 'differs' ? undefined : { reason: why, path, version };
  return [
    {
      level: 'error',
      title: titles[result.status],
      message: `${path}@${version}: ${why}`,
      file,
      line,
      common,
      hint: hintIn(result),
    },
  ];
}

const hintIn = (result: LineStatus) => ('hint' in result ? result.hint : undefined);

function problemOfFinding(finding: Finding): Problem[] {
  const { weight, claim, message, file, line, path, version, want, got } = finding;
  if (weight === 'note') return [];
  const subject = path === undefined ? '' : `${path}${version ? `@${version}` : ''}: `;
  const hashes = want === undefined && got === undefined ? '' : ` (want ${want || 'none'}, got ${got || 'none'})`;
  const title = weight === 'refuted' ? 'refuted' : 'not checked';
  // what is refuted of a file is of that file alone
  const isShared = weight === 'unchecked' || (path === undefined && file === undefined);
  const common = isShared ? { reason: finding.cause ?? message, path: path ?? '', version: version ?? '' } : undefined;
  // what a SECURITY ERROR means stands in the log, once
  const [first] = message.split(/\n\s*\n/);
  const words = finding.cause ?? `${subject}${first}`;
  return [
    {
      level: 'error',
      title,
      message: `${words}${hashes} [${claim}]`,
      file,
      line,
      common,
      hint: finding.hint,
      isWhole: finding.cause !== undefined,
    },
  ];
}

/** Relative to the workspace, with slashes; undefined for a file that is not in it. */
function workspacePath(file: string, { cwd, workspace }: GithubOptions): string | undefined {
  const path = relative(workspace ? resolve(workspace) : cwd, resolve(cwd, file));
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return path.split(sep).join('/');
}

/** Without what could steer a terminal or a reader, and not longer than a person reads. */
function cut(text: string, maxLength = maxTextLength): string {
  const chars = Array.from(cleanText(text.slice(0, 8 * maxLength)));
  return chars.length <= maxLength ? chars.join('') : `${chars.slice(0, maxLength).join('')}…`;
}

/** Text as the message of a workflow command. */
export function escapeData(text: string): string {
  return cut(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Text as the value of a workflow command's property. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Text in Markdown that is nothing but text: whatever is no letter, digit or space becomes a character reference. */
function plain(text: string, maxLength = maxTextLength): string {
  return cut(text, maxLength)
    .replace(/\s+/g, ' ')
    .replace(/[!-/:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** The same in a code element: there GitHub makes no links of names, numbers and addresses. */
function code(text: string, maxLength = maxTextLength): string {
  return `<code>${plain(text, maxLength)}</code>`;
}
