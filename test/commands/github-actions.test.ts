import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, LineStatus, SumLineReport, VerifyReport } from '../../src/checks/index.js';
import {
  annotateGithub,
  appendJobSummary,
  escapeData,
  escapeProperty,
  formatAnnotations,
  formatJobSummary,
} from '../../src/commands/github-actions.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();
const cwd = join('/repository', 'checkout');

function line(n: number, result: LineStatus, rest: Partial<SumLineReport> = {}): SumLineReport {
  return { file: 'go.sum', line: n, path: 'example.com/a', version: 'v1.0.0', hash: 'h1:x', result, ...rest };
}
const differs: LineStatus = { status: 'differs', want: 'h1:want', got: 'h1:got', from: 'sum.test' };
const outage: LineStatus = { status: 'not-checked', reason: 'no route' };

function report(lines: readonly SumLineReport[], findings: readonly Finding[] = [], strict = false): VerifyReport {
  const claims = findings.length === 0 ? [] : [{ claim: findings[0]!.claim, checked: 1, findings }];
  return { lines, claims, head: undefined, database: 'sum.test', strict };
}

/** The workflow command that a runner reads in a line. */
function parse(text: string) {
  const [, level, properties, message] = /^::(\w+) ?(.*?)::(.*)$/.exec(text)!;
  const undo = (s: string) =>
    s.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
  const pairs = properties!.split(',').map((p) => p.split(/=(.*)/s) as [string, string]);
  return { level, message: undo(message!), ...Object.fromEntries(pairs.map(([k, v]) => [k, undo(v)])) };
}
const annotations = (r: VerifyReport, o: Partial<Parameters<typeof formatAnnotations>[1]> = {}) =>
  formatAnnotations(r, { cwd, ...o })
    .split('\n')
    .filter(Boolean)
    .map(parse);

describe('annotations', () => {
  test('a line that differs, an outage, a finding; notes and proven lines say nothing', () => {
    const note: Finding = { claim: 'c', weight: 'note', message: 'n' };
    const added: Finding = { claim: 'c', weight: 'refuted', message: 'is in no zip', file: 'vendor/a/x.go' };
    const lines = [
      line(1, { status: 'proven', record: 1, treeSize: 2, remembered: false }),
      line(2, outage),
      line(3, differs),
      line(4, { status: 'skipped', reason: 'GONOSUMDB=*' }),
    ];
    expect(annotations(report(lines, [note, added]))).toEqual([
      {
        level: 'error',
        file: 'go.sum',
        line: '3',
        title: 'tsgoget: differs',
        message: 'example.com/a@v1.0.0: sum.test has h1:want, here stands h1:got',
      },
      { level: 'error', file: 'vendor/a/x.go', title: 'tsgoget: refuted', message: 'is in no zip [c]' },
      {
        level: 'error',
        file: 'go.sum',
        line: '2',
        title: 'tsgoget: not checked',
        message: 'example.com/a@v1.0.0: no route',
      },
    ]);
  });

  test('lines that were skipped count where --strict fails on them', () => {
    const r = report([line(4, { status: 'skipped', reason: 'GONOSUMDB=*' })], [], true);
    expect(annotations(r)).toMatchObject([{ title: 'tsgoget: skipped', line: '4' }]);
  });

  test('ten at most, the changed ones first, then the refuted ones', () => {
    const apart = (n: number): LineStatus => ({ status: 'not-checked', reason: `no route by way ${'x'.repeat(n)}` });
    const lines = [...Array(20).keys()].map((n) => line(n + 1, n === 15 ? differs : apart(n)));
    const changed = new Map([[join(cwd, 'go.sum'), new Set([19, 20])]]);
    expect(annotations(report(lines), { changed }).map((a) => (a as unknown as { line: string }).line)).toEqual([
      '19',
      '20',
      '16',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
  });

  test('one cause is told once, with where and how often (issue 11, C.1)', () => {
    const down = (n: number): LineStatus => ({
      status: 'not-checked',
      reason: `Get "http://sum.test:9/lookup/example.com/m${n}@v1.0.${n}": dial tcp 10.0.0.1:${n}->10.0.0.2:9: refused`,
      hint: 'run it again',
    });
    const lines = [...Array(20).keys()].map((n) =>
      line(n + 1, down(n), { path: `example.com/m${n}`, version: `v1.0.${n}` }),
    );
    const told = annotations(report([...lines, line(30, differs)]));
    expect(told).toMatchObject([
      { line: '30' },
      {
        line: '1',
        message:
          '20 times: Get "http://sum.test:9/…": dial tcp 10.0.0.1:…->10.0.0.2:9: refused (go.sum:1, go.sum:2, go.sum:3, 17 more); run it again',
      },
    ]);
    const summary = formatJobSummary(report(lines), { cwd });
    expect(summary.match(/refused/g)).toHaveLength(1);
  });

  test('a run that proved nothing is a warning (issue 11, C.2)', () => {
    const idle = report([line(1, { status: 'skipped', reason: 'GOSUMDB=off' })]);
    expect(annotations(idle)).toMatchObject([{ level: 'warning', title: 'tsgoget: nothing proven' }]);
    expect(formatJobSummary(idle, { cwd })).toMatch(
      /^### ⚠️ tsgoget verify: nothing proven\n\n<code>.*<\/code>\n\n\*\*Warning/,
    );
    expect(formatJobSummary(report([]), { cwd })).toMatch(/^### ✅ tsgoget verify: verified\n/);
  });

  test('files are named as the workspace has them; those outside it in the message', () => {
    const below = [line(1, outage, { file: 'go.sum' })];
    expect(annotations(report(below), { workspace: '/repository' })).toMatchObject([
      { file: 'checkout/go.sum', line: '1' },
    ]);
    const [outside] = annotations(report([line(7, outage, { file: '../go.sum' })]), { workspace: cwd });
    expect(outside).toEqual({
      level: 'error',
      title: 'tsgoget: not checked',
      message: '../go.sum:7: example.com/a@v1.0.0: no route',
    });
  });

  const hostile = [
    '::error::pwned',
    'a%0A::error::pwned',
    'a\n::add-mask::x',
    'a\r\n::set-output name=x::y',
    '\u001b[31mred\u001b[0m',
    'a\u202egnp.exe',
    'x,line=1,title=pwned',
    'title::message',
    '<img src=x>',
    '`|`',
  ];
  test.each(hostile)('%j stays text, wherever it stands', (text) => {
    const finding: Finding = { claim: 'c', weight: 'refuted', message: text, file: text, path: text, version: text };
    const lines = [line(1, { status: 'not-checked', reason: text }, { path: text, version: text, file: text })];
    const written = formatAnnotations(report(lines, [finding]), { cwd });
    expect(written.split('\n')).toHaveLength(3);
    for (const one of written.split('\n').filter(Boolean)) {
      expect(one).toMatch(/^::error file=[^,:]*,(?:line=1,)?title=tsgoget%3A (?:refuted|not checked)::/);
      expect(one).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
      expect(parse(one).message).not.toContain('\u001b');
    }
  });

  test('escaping is undone by what the runner does, and leaves one line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('%', '%0A', '%25', ':', ',', 'a', '=', 'é', ' ', '\n'), { maxLength: 40 }),
        (parts) => {
          const text = parts.join('');
          const written = `::error title=${escapeProperty(text)}::${escapeData(text)}`;
          expect(written.split('\n')).toHaveLength(1);
          expect(parse(written)).toEqual({ level: 'error', title: text, message: text });
        },
      ),
    );
  });
});

describe('the job summary', () => {
  const summaryOf = (text: string) => {
    const finding: Finding = { claim: text, weight: 'refuted', message: text, file: text, path: text, version: text };
    const lines = [line(1, { status: 'not-checked', reason: text }, { path: text, file: text })];
    return formatJobSummary(report(lines, [finding]), { cwd });
  };

  test('verdict, counts, what speaks against it', () => {
    const text = formatJobSummary(report([line(3, differs), line(4, outage)]), { cwd });
    expect(text).toMatch(/^### ❌ tsgoget verify: refuted\n\n<code>refuted&#58; 0 lines proven/);
    expect(text).toContain('| 2 | 0 | 1 | 0 | 0 | 1 | 0 |');
    expect(text).toContain(
      '| <code>go&#46;sum&#58;3</code> | differs | <code>example&#46;com&#47;a&#64;v1&#46;0&#46;0&#58; ',
    );
    expect(formatJobSummary(report([]), { cwd })).toMatch(/^### ✅ tsgoget verify: verified\n/);
  });

  test.each([
    '<img src=x onerror=alert(1)>',
    '</code><script>',
    '`code` **bold** [link](https://x.test) ![i](x)',
    '| a | b |\n\n# heading\n- item',
    '@team #1 www.x.test https://x.test',
    '&lt;img&gt; \\| \\`',
    '\u001b]8;;https://x.test\u0007click\u001b]8;;\u0007\u202e',
    '$x^2$ ~~~ --- ===',
  ])('%j has no meaning in it', (text) => {
    const written = summaryOf(text);
    const frame = summaryOf('x');
    expect(written.split('\n')).toHaveLength(frame.split('\n').length);
    const markup = (s: string) => s.replace(/&#\d+;/g, '').replace(/[^<>|`*[\]()!#\\~$^@&]/gu, '');
    expect(markup(written)).toBe(markup(frame));
    expect(written).not.toMatch(/https?:|www\.|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  });

  test('a report of any size has a summary that GitHub takes', () => {
    const lines = [...Array(5000).keys()].map((n) =>
      line(n, { status: 'not-checked', reason: `${n}${'|'.repeat(9999)}` }),
    );
    const text = formatJobSummary(report(lines), { cwd });
    expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
    expect(text).toContain('| | | 4800 more |');
  });

  test('is appended; where it has no room only its head; where that has none it is said so', async () => {
    const file = join(tempDir(), 'summary.md');
    writeFileSync(file, 'before\n');
    expect(await annotateGithub(report([line(3, differs)]), { cwd, summaryFile: file })).toMatch(/^::error [^\n]*\n$/);
    expect(readFileSync(file, 'utf8')).toMatch(/^before\n\n### ❌ tsgoget verify: refuted\n/);

    writeFileSync(file, 'x'.repeat(2 ** 20 - 300));
    await appendJobSummary(file, formatJobSummary(report([line(3, differs)]), { cwd }));
    const tail = readFileSync(file, 'utf8').slice(2 ** 20 - 300);
    expect(tail).toMatch(/^\n### ❌ tsgoget verify: refuted\n\n<code>.*<\/code>\n\n$/);

    writeFileSync(file, 'x'.repeat(2 ** 20));
    const told = await annotateGithub(report([]), { cwd, summaryFile: file });
    expect(told).toBe('::warning title=tsgoget::the job summary was not written: it is full\n');
    expect(readFileSync(file).length).toBe(2 ** 20);
  });

  test('what cannot be written is said, and changes nothing else', async () => {
    const folder = join(tempDir(), 'folder');
    mkdirSync(folder);
    const told = await annotateGithub(report([]), { cwd, summaryFile: folder });
    expect(told).toContain('is not a regular file');
    expect(await annotateGithub(report([]), { cwd, summaryFile: '' })).toBe('');
  });
});
