/**
 * What `verify` says to people: problems first, each named with what was wanted and what was got; one line for a claim that
 * holds; and one last line that can be quoted. Text from outside is held to its line: nobody can write that last line.
 */
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
import { explainCommand } from '../errors.js';
import type { Style } from './command.js';

/** Of each group so many are shown; --json has all. */
const maxShown = 50;
const maxMessage = 2000;

const headings: Record<Exclude<LineStatus['status'], 'proven' | 'skipped'>, string> = {
  differs: 'differs from the checksum database',
  refuted: 'refuted with the checksum database itself',
  'not-in-log': 'not in the checksum database',
  'not-checked': 'could not be checked',
};

const words = { refuted: 'refuted', unchecked: 'does not hold, or could not be checked', note: 'note' } as const;

export function formatVerifyReport(report: VerifyReport, style: Style): string {
  const text = new ReportText();
  for (const status of ['differs', 'refuted', 'not-in-log', 'not-checked'] as const) {
    const lines = report.lines.filter((l) => l.result.status === status);
    if (lines.length === 0) continue;
    const heading = style.paint('bad', `${headings[status]} (${nounOf(lines.length, 'line')}):`);
    if (status === 'differs') text.addGroup(heading, lines.map(formatLine));
    else text.addCauses(heading, lines);
  }
  for (const weight of ['refuted', 'unchecked', 'note'] as const) {
    for (const { claim, findings } of report.claims) {
      const found = findings.filter((f) => f.weight === weight && f.scope === undefined);
      if (found.length === 0) continue;
      const heading = style.paint(weight === 'note' ? 'strong' : 'bad', `${claim}: ${words[weight]}:`);
      text.addFindings(heading, weight, found);
    }
  }
  const mismatch = report.lines.find((l) => l.result.status === 'differs');
  if (mismatch !== undefined && ![...text.hints].some((hint) => hint.includes('explain-mismatch')))
    text.hints.add(`to find out why: ${explainCommand(mismatch.path, mismatch.version)}`);
  const { exitCode, word, line } = verdictOf(report);
  const isIdle = word === 'nothing proven';
  const warning = isIdle ? `${style.paint('bad', `warning: ${nothingProvenWarning}`)}\n` : '';
  const last = style.paint(exitCode === 0 && !isIdle ? 'good' : 'bad', oneLine(line));
  return `${text.format()}${holding(report, style)}${warning}${last}\n`;
}

/** The claims that hold, each with what was looked at, and how far it goes. */
function holding({ claims }: VerifyReport, style: Style): string {
  const named = claims
    .filter(({ checked, findings }) => checked > 0 && findings.every((f) => f.weight === 'note'))
    .map(({ claim, checked, findings }) => {
      const scopes = findings.flatMap(({ scope }) => (scope === undefined ? [] : [scope]));
      return `${claim} (${[checked, ...scopes].join('; ')})`;
    });
  return named.length === 0 ? '' : `${style.paint('dim', `holds: ${named.join(', ')}`)}\n`;
}

/** What is said, group by group; nothing of it twice. */
class ReportText {
  readonly hints = new Set<string>();
  readonly #groups: string[] = [];
  /** Paragraphs of messages, and causes. */
  readonly #told = new Set<string>();

  format(): string {
    const hints = [...this.hints].map((hint) => `hint: ${oneLine(hint)}\n`).join('');
    const parts = hints === '' ? this.#groups : [...this.#groups, hints];
    return parts.length === 0 ? '' : `${parts.join('\n')}\n`;
  }

  addGroup(heading: string, items: readonly string[]): void {
    this.#groups.push(`${heading}\n${items.slice(0, maxShown).join('')}${moreOf(items.length - maxShown)}`);
  }

  /** Lines by what keeps them from being proven. */
  addCauses(heading: string, lines: readonly SumLineReport[]): void {
    const failures = lines.map((line) => ({ line, ...failureOf(line) }));
    const items = groupByCause(failures, (f) => f).map(({ words: cause, items: same }) => {
      this.#hint(same[0]!.hint);
      this.#told.add(cause.trim());
      if (same.length === 1) return formatLine(same[0]!.line);
      const examples = same.slice(0, maxExamples).map(({ line: l }) => `    ${nameOf(l)}\n`);
      return `${indented(cause, '  ')}${examples.join('')}${moreOf(same.length - maxExamples, '    ')}`;
    });
    this.addGroup(heading, items);
  }

  addFindings(heading: string, weight: Finding['weight'], findings: readonly Finding[]): void {
    for (const { hint } of weight === 'unchecked' ? findings : weight === 'refuted' ? findings.slice(0, 1) : [])
      this.#hint(hint);
    if (weight !== 'unchecked') {
      const shown = weight === 'note' ? summarizeNotes(findings) : findings;
      this.addGroup(
        heading,
        shown.map((f) => this.#formatFinding(f)).filter((text) => text !== ''),
      );
      return;
    }
    const items = groupByCause(findings, (f) => ({
      reason: f.cause ?? f.message,
      path: f.path ?? '',
      version: f.version ?? '',
    })).map(({ words: cause, items: same }) => {
      const [first] = same as [Finding, ...Finding[]];
      if (first.cause !== undefined) return `  ${oneLine(`${first.file}: ${first.cause}`)}\n`;
      if (same.length === 1) return this.#formatFinding(first);
      const examples = same.slice(0, maxExamples).map((f) => `    ${oneLine(subjectOf(f).replace(/: $/, ''))}\n`);
      return `${indented(this.#untold(cause), '  ')}${examples.join('')}${moreOf(same.length - maxExamples, '    ')}`;
    });
    this.addGroup(heading, items);
  }

  #hint(hint: string | undefined): void {
    if (hint !== undefined) this.hints.add(hint);
  }

  /** The message without the paragraphs that stand above already. */
  #untold(message: string): string {
    const [first = '', ...rest] = clipped(message).split(/\n\s*\n/);
    const fresh = rest.filter((part) => !this.#told.has(part.trim()));
    for (const part of fresh) this.#told.add(part.trim());
    if (this.#told.has(first.trim())) return 'as above';
    this.#told.add(first.trim());
    return [first, ...fresh].join('\n\n');
  }

  #formatFinding(finding: Finding): string {
    const { message, want, got } = finding;
    const isMultiline = message.includes('\n');
    const [head = '', ...rest] = (isMultiline ? this.#untold(message) : clipped(message)).split('\n');
    const name = `  ${oneLine(`${subjectOf(finding)}${head}`)}\n${rest.length > 0 ? indented(rest.join('\n')) : ''}`;
    if (message.includes(want || '\0') && message.includes(got || '\0')) return name;
    const hashes = [
      want === undefined ? '' : `    want: ${oneLine(want)}\n`,
      got === undefined ? '' : `    got:  ${oneLine(got)}\n`,
    ];
    return name + hashes.join('');
  }
}

const moreOf = (count: number, indent = '  ') => (count > 0 ? `${indent}… and ${count} more (--json has all)\n` : '');
const nameOf = ({ file, line, path, version }: SumLineReport) => oneLine(`${file}:${line}: ${path} ${version}`);

function failureOf({ path, version, result }: SumLineReport) {
  const reason = 'reason' in result ? result.reason : '';
  return { path, version, reason, hint: 'hint' in result ? result.hint : undefined };
}

function subjectOf({ file, line, path, version }: Finding): string {
  const place = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}: `;
  return place + (path === undefined ? '' : version ? `${path} ${version}: ` : `${path}: `);
}

function formatLine(report: SumLineReport): string {
  const { hash, result } = report;
  const name = `  ${nameOf(report)}\n`;
  if (result.status === 'differs') {
    const want = result.want === '' ? '(no such line)' : oneLine(result.want);
    return `${name}    want: ${want}\n    got:  ${oneLine(result.got)}\n    from: ${oneLine(result.from)}\n`;
  }
  return `${name}    hash: ${oneLine(hash)}\n${result.status === 'proven' ? '' : indented(result.reason)}`;
}

/** Many notes that say the same of different lines are one. */
function summarizeNotes(findings: readonly Finding[]): Finding[] {
  const byMessage = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.weight === 'note' ? finding.message : `${byMessage.size}`;
    const same = byMessage.get(key);
    if (same === undefined) byMessage.set(key, [finding]);
    else same.push(finding);
  }
  return [...byMessage.values()].map((same) => {
    const [first] = same as [Finding];
    return same.length === 1 ? first : { ...first, message: `${first.message} (and ${same.length - 1} more like it)` };
  });
}

const clipped = (text: string) => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);
const oneLine = (text: string) => clipped(text.replace(/\s+/g, ' '));
const indented = (text: string, indent = '    ') =>
  clipped(text)
    .split(/[\r\n\u2028\u2029]+/)
    .map((l) => `${indent}${l}\n`)
    .join('');
