import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { cleanPainted, createStyle, isInteractive, type OutputStream, wantsColor } from '../../src/cli/terminal.js';

const terminal = (fields: object = {}) =>
  Object.assign(new PassThrough(), { isTTY: true, columns: 80, hasColors: () => true }, fields) as OutputStream;
const pipe = () => new PassThrough() as OutputStream;

describe('colour: flag, then NO_COLOR, then FORCE_COLOR, then the terminal', () => {
  test.each([
    ['a terminal', undefined, {}, terminal(), true],
    ['a pipe', undefined, {}, pipe(), false],
    ['a dumb terminal', undefined, { TERM: 'dumb' }, terminal(), false],
    ['a terminal without colours', undefined, {}, terminal({ hasColors: () => false }), false],
    ['NO_COLOR', undefined, { NO_COLOR: '1' }, terminal(), false],
    ['an empty NO_COLOR says nothing', undefined, { NO_COLOR: '' }, terminal(), true],
    ['FORCE_COLOR in a pipe', undefined, { FORCE_COLOR: '1' }, pipe(), true],
    ['FORCE_COLOR=0', undefined, { FORCE_COLOR: '0' }, terminal(), false],
    ['NO_COLOR before FORCE_COLOR', undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal(), false],
    ['CI is not asked', undefined, { CI: 'true' }, terminal(), true],
    ['the flag before all', true, { NO_COLOR: '1' }, pipe(), true],
    ['the flag off', false, { FORCE_COLOR: '1' }, terminal(), false],
  ])('%s', (_, flag, env, stream, color) => {
    expect(wantsColor(flag, env, stream)).toBe(color);
  });
});

describe('style', () => {
  test('without colour, paint only cleans', async () => {
    const style = await createStyle(undefined, {}, pipe());
    expect(style.paint('good', 'a\x1b[31mb')).toBe('ab');
    expect([style.color, style.columns]).toEqual([false, undefined]);
  });
  test('with colour, what is painted cannot hold colours of its own', async () => {
    const style = await createStyle(true, {}, pipe());
    expect(style.paint('good', 'a\x1b[31mb')).toBe('\x1b[32mab\x1b[39m');
    expect(style.paint('strong', 'a')).toBe('\x1b[1ma\x1b[22m');
  });
  test('tables and trees are cut to a terminal', async () => {
    const style = await createStyle(undefined, {}, terminal({ columns: 10 }));
    expect(style.columns).toBe(10);
    expect(await style.table([['a'.repeat(20)]])).toBe('aaaa…aaaaa\n');
    expect(await style.tree({ label: 'm'.repeat(20), children: [] })).toBe('mmmmmmmmm…\n');
  });
  test('only its own colours pass, and only where there is colour', () => {
    expect(cleanPainted('\x1b[32mok\x1b[39m \x1b[8mhidden\x1b[2J', true)).toBe('\x1b[32mok\x1b[39m hidden');
    expect(cleanPainted('\x1b[32mok\x1b[39m', false)).toBe('ok');
  });
  test('a line is redrawn on a terminal only', () => {
    expect(isInteractive({}, terminal())).toBe(true);
    expect(isInteractive({ TERM: 'dumb' }, terminal())).toBe(false);
    expect(isInteractive({}, pipe())).toBe(false);
  });
});
