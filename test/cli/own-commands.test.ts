/** Issue 11, C.9: called as tsgoget, what people are told to type is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nameCommands } from '../../src/cli/own-commands.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';

const newDir = useTempDir();
const source = fileURLToPath(new URL('../../src', import.meta.url));

/** The lines of code that name a command of go to a person, as they are printed. */
function* sentences(): Generator<{ where: string; text: string }> {
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    for (const [i, line] of readFileSync(join(source, name), 'utf8').split('\n').entries()) {
      const code = line.replace(/^\s*(?:\/\/|\/?\*).*/, '').replace(/\s\/\/ .*$/, '');
      const text = code
        .trimStart()
        .replaceAll('\\n', '\n')
        .replaceAll('\\t', '\t')
        .replace(/`\t/g, '\n\t')
        .replace(/\$\{(?:cd|isElsewhere \? .* : '')\}(?=go )/s, '');
      if (/\bgo (?:get|list|mod|work|env|clean|help|install|build) /.test(text))
        yield { where: `${name}:${i + 1}`, text };
    }
  }
}

/** About go itself, or said when called as go. */
const ofGo =
  /go env config|go mod vendor does not copy|'go install'|go install example|'go help install'|go version \$\{/;

describe('messages of ours', () => {
  test.each([...sentences()].filter(({ text }) => !ofGo.test(text)).map(({ where, text }) => [where, text]))(
    '%s',
    (_, text) => {
      expect(nameCommands(text, 'tsgoget')).not.toMatch(/(?<!tsgo)\bgo (?:get|list|mod|work|clean|help)\b/);
      expect(nameCommands(text, 'go')).toBe(text);
    },
  );
  test('every topic of help that they name is there', async () => {
    const named = [...sentences()].flatMap(({ text }) => [...text.matchAll(/go help ([a-z-]+(?: [a-z]+)?)'/g)]);
    for (const topic of new Set(named.map((match) => match[1]!).filter((name) => name !== 'install'))) {
      expect(await runCli(['help', ...topic.split(' ')]), topic).toMatchObject({ code: 0 });
    }
  });
});

describe("others' words stay as they are", () => {
  test.each([
    "reading https://m.example/x: 404 Not Found\n\tserver response:\n\tgo get evil.example/x\n\tsee 'go help x'",
    "example.com/x@v1.0.0: reading http://m.example/x: 500 run 'go get evil.example'",
    "module example.com/a is deprecated: run 'go get example.com/b'",
    "warning: example.com/a@v1.0.0: retracted by module author: use 'go get example.com/a@v1.0.1'",
    "invalid go version 'go get x': must match format 1.23.0",
    'unknown directive: go get',
    'open /home/u/go mod/x: no such file or directory',
  ])('%j', (text) => {
    expect(nameCommands(text, 'tsgoget')).toBe(text);
  });
  test('what stands before and after them is ours', () => {
    expect(nameCommands("see 'go help x'\nmodule a is deprecated: 'go get b'\n\tgo get c", 'tsgoget')).toBe(
      "see 'tsgoget help x'\nmodule a is deprecated: 'go get b'\n\ttsgoget get c",
    );
  });
});

test('the program, by both names', async () => {
  const cwd = newDir();
  const outside = (as?: 'go') => runCli(['mod', 'tidy'], { cwd, ...(as && { as }) });
  expect((await outside()).stderr).toMatch(/see 'tsgoget help modules'\nhint: .*`tsgoget mod init`/);
  expect((await outside('go')).stderr).toMatch(/see 'go help modules'\n$/);
  const get = (as?: 'go') => runCli(['get', 'example.com/a'], { cwd, ...(as && { as }) });
  expect((await get()).stderr).not.toMatch(/(?<!ts)go (?:get|install|help)/);
  expect((await get('go')).stderr).toContain("or run 'go help get' or 'go help install'.");
  const flags = (as?: 'go') => runCli(['mod', 'tidy'], { cwd, env: { GOFLAGS: '-go' }, ...(as && { as }) });
  expect((await flags()).stderr).toMatch(/^tsgoget: flag needs an argument/);
  expect((await flags('go')).stderr).toMatch(/^go: flag needs an argument/);
});
