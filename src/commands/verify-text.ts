/**
 * What `verify` says to people: problems first, each named with what was wanted and what was got; one line for a claim that
 * holds; and one last line that can be quoted. Text from outside is held to its line: nobody can write that last line.
 */
import {
  type Finding,
  type LineStatus,
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
  const parts: string[] = [];
  for (const status of ['differs', 'refuted', 'not-in-log', 'not-checked'] as const) {
    const lines = report.lines.filter((l) => l.result.status === status);
    if (lines.length > 0)
      parts.push(
        group(style.paint('bad', `${headings[status]} (${nounOf(lines.length, 'line')}):`), lines, formatLine),
      );
  }
  for (const weight of ['refuted', 'unchecked', 'note'] as const) {
    for (const { claim, findings } of report.claims) {
      const found = findings.filter((f) => f.weight === weight);
      if (found.length === 0) continue;
      const heading = `${claim}: ${words[weight]}`;
      parts.push(
        group(style.paint(weight === 'note' ? 'strong' : 'bad', `${heading}:`), summarizeNotes(found), formatFinding),
      );
    }
  }
  const mismatch = report.lines.find((l) => l.result.status === 'differs');
  if (mismatch !== undefined) {
    parts.push(`hint: to find out why: ${explainCommand(mismatch.path, mismatch.version)}\n`);
  }
  const holding = report.claims.filter(
    ({ checked, findings }) => checked > 0 && findings.every((f) => f.weight === 'note'),
  );
  const named = holding.map(({ claim, checked }) => `${claim} (${checked})`).join(', ');
  const claims = named === '' ? '' : `${style.paint('dim', `holds: ${named}`)}\n`;
  const { exitCode, line } = verdictOf(report);
  return `${parts.join('\n')}${parts.length > 0 ? '\n' : ''}${claims}${style.paint(exitCode === 0 ? 'good' : 'bad', oneLine(line))}\n`;
}

function group<T>(heading: string, items: readonly T[], format: (item: T) => string): string {
  const more = items.length > maxShown ? `  … and ${items.length - maxShown} more (--json has all)\n` : '';
  return `${heading}\n${items.slice(0, maxShown).map(format).join('')}${more}`;
}

function formatLine({ file, line, path, version, hash, result }: SumLineReport): string {
  const name = `  ${oneLine(`${file}:${line}: ${path} ${version}`)}\n`;
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

function formatFinding({ file, line, path, version, message, want, got }: Finding): string {
  const place = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}: `;
  const subject = path === undefined ? '' : version ? `${path} ${version}: ` : `${path}: `;
  const [head = '', ...rest] = clipped(message).split('\n');
  const name = `  ${oneLine(`${place}${subject}${head}`)}\n${rest.length > 0 ? indented(rest.join('\n')) : ''}`;
  const hashes = [
    want === undefined ? '' : `    want: ${oneLine(want)}\n`,
    got === undefined ? '' : `    got:  ${oneLine(got)}\n`,
  ];
  return name + hashes.join('');
}

const clipped = (text: string) => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);
const oneLine = (text: string) => clipped(text.replace(/\s+/g, ' '));
const indented = (text: string) =>
  clipped(text)
    .split(/[\r\n\u2028\u2029]+/)
    .map((l) => `    ${l}\n`)
    .join('');
