/**
 * A21: text from outside that a terminal, a log, a Markdown page or a workflow obeys.
 *
 * Elsewhere: what is taken out of text (test/cli/clean-text.test.ts), retractions, deprecations and server words as processes
 * (test/process/network-attacks.test.ts, "A21"), annotations and the job summary (test/commands/github-actions.test.ts).
 * Here: every command and every file that a hostile text can stand in; the log commands of GitHub Actions in all their forms.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutLogCommands } from '../../src/cli/clean-text.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const nasty = '\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u2066\x9b31m <img src=x onerror=alert(1)> [x](javascript:alert(1))';
const lines = [
  '::error::pwned',
  '##[error]pwned',
  ' \t::set-output name=x::y',
  'x ##[add-mask]y',
  '::stop-commands::t',
];

/** What the runner would read as a command: `::` first in a line, `##[` anywhere. */
const logCommand = /^[\s\p{DI}]*:\p{DI}*:|#\p{DI}*#\p{DI}*\[/mu;

const module: MirrorModule = {
  path: 'example.com/loud',
  version: 'v1.0.0',
  files: {
    'go.mod': `// Deprecated: ${nasty}\n// ${lines.join('\n// ')}\nmodule example.com/loud\n\ngo 1.18\n\nretract v1.0.0 // ${nasty}\n`,
    [`a.go`]: 'package a\n',
  },
};

const commands = [
  ['resolve', 'example.com/loud@v1.0.0'],
  ['resolve', '--json', 'example.com/loud@v1.0.0'],
  ['list', '-m', '-u', 'example.com/loud@v1.0.0'],
  ['list', '-m', '-u', '-json', 'example.com/loud@v1.0.0'],
  [
    'list',
    '-m',
    '-u',
    '-retracted',
    '-f',
    '{{.Path}} {{.Deprecated}} {{range .Retracted}}{{.}}{{end}}',
    'example.com/loud@v1.0.0',
  ],
  ['mod', 'download', '-x', 'example.com/loud@v1.0.0'],
  ['mod', 'download', '-x', 'example.com/\x1b[31mloud@v1.0.0'],
  ['resolve', `example.com/loud@${nasty}`],
  ['mod', 'graph'],
  ['verify'],
  ['verify', '--json'],
  ['explain-mismatch', 'example.com/loud@v1.0.0'],
  ['sumdb', 'lookup', 'example.com/loud@v1.0.0'],
];

describe.each([{}, { GITHUB_ACTIONS: 'true' }])('with %j', (env: Record<string, string>) => {
  test.each<[what: string, fault: object | undefined]>([
    ['in a module', undefined],
    [
      'in the words of a server',
      { path: /^/, status: 404, body: lines.join('\n'), headers: { 'content-type': 'text/plain' } },
    ],
    [
      'in escaped words of a server',
      { path: /^/, status: 403, body: nasty, headers: { 'content-type': 'text/plain; charset=utf-8' } },
    ],
    ['in .info', { path: '.info', body: `{"Version":"${nasty.replaceAll(/[\x00-\x1f]/g, '')}","Time":"::error::"}` }],
    ['in a list', { path: '/list', status: 200, body: `${lines.join('\n')}\nv1.0.0 ${nasty}\n` }],
    ['in a record', { path: '/lookup/', body: `${lines.join('\n')}\n${nasty}\n\n` }],
    ['in a redirect', { path: '.mod', redirect: 'x-evil:##[error]%1b' }],
    ['in a header', { path: '.mod', status: 200, headers: { 'content-encoding': '##[error]x' } }],
  ])('%s: nothing that is printed is obeyed', async (_, fault) => {
    await using world = await openWorld({ modules: [module], ...(fault && { faults: [fault as { path: string }] }) });
    const cwd = world.mainModule({
      'go.mod': `module example.com/me\n\ngo 1.21\n\n// ${nasty}\nrequire example.com/loud v1.0.0 // ${lines[1]}\n`,
      'go.sum': `example.com/loud v1.0.0 h1:${nasty.replaceAll(/\s/g, '')}\n::error::x v1.0.0 ##[error]x\n%0A::error::x v1.0.0/go.mod h1:x=\n`,
    });
    for (const args of commands) {
      const { stdout, stderr } = await runMain(world, args, { cwd, env });
      expect([args, unsafe.test(stdout + stderr)], stdout + stderr).toEqual([args, false]);
      expect([args, stderr.includes('internal error')], stderr).toEqual([args, false]);
      if (args.includes('--json') || args.includes('-json')) {
        expect([args, /##\[/.test(stdout)]).toEqual([args, false]);
        continue;
      }
      const own = stdout.replace(/^::(?:error|warning|notice) (?:file=|title=tsgoget)[^\n]*$/gm, '');
      expect([args, logCommand.exec(own + stderr)]).toEqual([args, null]);
    }
  });
});

describe('workflow commands of verify', () => {
  test('a line of go.sum cannot end an annotation, begin another, or leave a cell of the summary', async () => {
    await using world = await openWorld();
    const summary = join(world.dir, 'summary.md');
    const evil = ['a.b/x%0A::error::pwned', 'a.b/x,file=/etc/passwd', 'a.b/x::', 'a.b/<img/src=x>', 'a.b/x|y|`z`'];
    const cwd = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n',
      'go.sum': evil.map((path) => `${path} v1.0.0 h1:${'A'.repeat(43)}=\n`).join(''),
    });
    mkdirSync(join(world.dir, 'work'), { recursive: true });
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: cwd };
    const { stdout, stderr } = await runMain(world, ['verify'], { cwd, env });
    const commandLines = (stdout + stderr).split('\n').filter((line) => /^\s*::|##\[/.test(line));
    for (const line of commandLines) {
      expect(line).toMatch(/^::(?:error|warning|notice) (?:[a-zA-Z]+=[^,:]*,?)+::[^\r\n]*$/);
      expect(line.split('::')[1]).not.toContain('/etc');
    }
    const text = readFileSync(summary, 'utf8');
    expect(text).not.toMatch(/<img|<script|\]\(javascript:/i);
    expect(text).not.toMatch(unsafe);
  });
});

describe('log commands of GitHub Actions', () => {
  test.each([
    ...lines,
    '\u00a0::error::x',
    '\u3000::error::x',
    '\u00ad::error::x', // the runner compares by culture, which passes over characters without a width
    '\u200d::error::x',
    ':\u00ad:error::x',
    '##\u200d[error]x',
    'text ##[command]rm',
    '####[x]',
    ':::error::',
    ' :: error',
  ])('%j is none any more', (line) => {
    const shown = withoutLogCommands(`before\n${line}\nafter`);
    expect(shown).not.toMatch(logCommand);
    expect(withoutLogCommands(shown)).toBe(shown);
  });

  test.each(['example.com/a::b', 'a # b [c]', 'v1.0.0: ok', '# title', 'std::string'])('twin: %j stays', (line) => {
    expect(withoutLogCommands(line)).toBe(line);
  });
});

describe('lines that are none: text of a module that looks like what the program says', () => {
  const forged = 'x\\n::error::pwned\\ntsgoget: all modules verified';
  const dependency = (source: string): MirrorModule => ({
    path: 'example.com/loud',
    version: 'v1.0.0',
    files: { 'go.mod': 'module example.com/loud\n\ngo 1.21\n', 'a.go': `package a\n${source}\n`, 'a.txt': '' },
  });
  const mainModule = { 'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/loud v1.0.0\n' };
  const says = (text: string) => text.split('\n').filter((line) => /^(?:::|tsgoget: all)/.test(line));

  test.each([
    ['in a pattern', `import _ "embed"\n//go:embed "${forged}"\nvar x string`, 1],
    ['an honest pattern', 'import _ "embed"\n//go:embed a.txt\nvar x string', 0],
  ])('%s of //go:embed', async (_, source, expected) => {
    await using world = await openWorld({ modules: [dependency(source)] });
    const cwd = world.mainModule({ ...mainModule, 'me.go': 'package me\n\nimport _ "example.com/loud"\n' });
    expect((await runMain(world, ['mod', 'tidy'], { cwd })).code).toBe(0);
    const { code, stderr } = await runMain(world, ['mod', 'vendor'], { cwd });
    expect([code, says(stderr)]).toEqual([expected, []]);
    if (expected === 1) expect(stderr).toContain(`pattern "${forged}": no matching files found`);
  });

  test('in an import path of a file that was written just now', async () => {
    await using world = await openWorld();
    const cwd = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n',
      'me.go': `package me\n\nimport _ "example.com/${forged}"\n`,
    });
    const { code, stderr } = await runMain(world, ['mod', 'tidy'], { cwd });
    expect([code, says(stderr)]).toEqual([1, []]);
    expect(stderr).toContain(`"example.com/${forged}"`);
  });

  test.each([
    ['what it requires', `module example.com/loud\n\ngo 1.21\n\nrequire "example.com/${forged}" v1.0.0\n`],
    ['its own name', `module "example.com/${forged}"\n\ngo 1.21\n`],
  ])('in a go.mod file: %s', async (_, goMod) => {
    const module = { path: 'example.com/loud', version: 'v1.0.0', files: { 'go.mod': goMod, 'a.go': 'package a\n' } };
    await using world = await openWorld({ modules: [module], env: { GOFLAGS: '-mod=mod' } });
    for (const args of [
      ['mod', 'graph'],
      ['mod', 'tidy'],
      ['list', '-m', 'all'],
      ['get', 'example.com/loud@v1.0.0'],
      ['mod', 'download'],
    ]) {
      const cwd = world.mainModule({ ...mainModule, 'me.go': 'package me\n\nimport _ "example.com/loud"\n' });
      const { stdout, stderr } = await runMain(world, args, { cwd });
      expect([args, says(stdout + stderr)]).toEqual([args, []]);
    }
  });

  test('a name of a megabyte is cut', async () => {
    const name = `example.com/${'x'.repeat(1_000_000)}`;
    await using world = await openWorld({ modules: [dependency(`import _ "${name}"`)] });
    const cwd = world.mainModule({ ...mainModule, 'me.go': 'package me\n\nimport _ "example.com/loud"\n' });
    const { code, stderr } = await runMain(world, ['mod', 'tidy'], { cwd });
    expect([code, stderr.length < 50_000]).toEqual([1, true]);
    expect(stderr).toMatch(/xx… \(\d{6} characters\) …xx/);
  });
});
