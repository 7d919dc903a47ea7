/** What a go.mod and a go.work may say, by release: what older releases read and write otherwise. */
import { describe, expect, test } from 'vitest';
import { parseGoMod, parseGoWork } from '../../src/modfile/index.js';

/** The message of what is thrown, or 'no error'. */
function messageOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('directives', () => {
  test.each([
    ['godebug', 'a=1', '1.22.12', '1.23rc1'],
    ['tool', 'x.y/z', '1.23.12', '1.24rc1'],
    ['ignore', './x', '1.24.13', '1.25rc1'],
  ] as const)('%s', (verb, value, before, since) => {
    const line = `module m\n${verb} ${value}\n`;
    const block = `module m\n${verb} (\n\t${value}\n)\n`;
    expect(messageOf(() => parseGoMod('go.mod', line, { goVersion: before }))).toBe(
      `go.mod:2: unknown directive: ${verb}`,
    );
    expect(messageOf(() => parseGoMod('go.mod', block, { goVersion: before }))).toBe(
      `go.mod:2: unknown block type: ${verb}`,
    );
    for (const text of [line, block]) {
      expect(parseGoMod('go.mod', text, { goVersion: since })[verb].length).toBe(1);
      expect(parseGoMod('go.mod', text, { goVersion: before, lax: true })[verb]).toEqual([]);
    }
    expect(parseGoMod('go.mod', line, { goVersion: since, lax: true })[verb].length).toBe(verb === 'ignore' ? 1 : 0);
  });

  test('godebug in go.work', () => {
    expect(messageOf(() => parseGoWork('go.work', 'godebug a=1\n', { goVersion: '1.22.12' }))).toBe(
      'go.work:1: unknown directive: godebug',
    );
    expect(parseGoWork('go.work', 'godebug a=1\n', { goVersion: '1.23.0' }).godebug.length).toBe(1);
  });
});
