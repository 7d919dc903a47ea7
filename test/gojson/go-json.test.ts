import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatGoJson, omitEmpty } from '../../src/gojson/index.js';

describe('formatGoJson', () => {
  test('prints without white space by default', () => {
    expect(formatGoJson({ Path: 'a', Main: true, Versions: ['v1', 'v2'], Replace: null })).toBe(
      '{"Path":"a","Main":true,"Versions":["v1","v2"],"Replace":null}',
    );
  });

  test('indents as MarshalIndent', () => {
    const value = { A: [1, { B: 'x' }], C: {}, D: [], E: new Map() };
    expect(formatGoJson(value, { indent: '\t' })).toBe(
      '{\n\t"A": [\n\t\t1,\n\t\t{\n\t\t\t"B": "x"\n\t\t}\n\t],\n\t"C": {},\n\t"D": [],\n\t"E": {}\n}',
    );
    expect(formatGoJson([1], { indent: ' ', prefix: '>' })).toBe('[\n> 1\n>]');
    expect(formatGoJson([1], { indent: '' })).toBe('[\n1\n]');
    expect(formatGoJson([1], { prefix: '>' })).toBe('[\n>1\n>]');
  });

  test('leaves out undefined members, and keeps the order of a Map', () => {
    const map = new Map<string, unknown>([
      ['b', 1],
      ['10', undefined],
      ['2', 2],
      ['1', 3],
      ['__proto__', 4],
    ]);
    expect(formatGoJson(map)).toBe('{"b":1,"2":2,"1":3,"__proto__":4}');
    expect(formatGoJson({ a: undefined })).toBe('{}');
    expect(formatGoJson([undefined])).toBe('[null]');
    expect(formatGoJson(new Array(2))).toBe('[null,null]');
    expect(formatGoJson(undefined)).toBe('null');
  });

  test('escapes as Go: HTML, line separators, control characters, lone surrogates', () => {
    expect(formatGoJson('<a href="x">&\\</a>')).toBe('"\\u003ca href=\\"x\\"\\u003e\\u0026\\\\\\u003c/a\\u003e"');
    expect(formatGoJson('<&>', { escapeHtml: false })).toBe('"<&>"');
    expect(formatGoJson('\u2028\u2029', { escapeHtml: false })).toBe('"\\u2028\\u2029"');
    expect(formatGoJson('\0\x01\b\t\n\v\f\r\x1f\x7f')).toBe('"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\x7f"');
    expect(formatGoJson('a\ud800b\udc00')).toBe('"a\\ufffdb\\ufffd"');
    expect(formatGoJson('\ufffd\u{1f600}é')).toBe('"\ufffd\u{1f600}é"');
    expect(formatGoJson({ '<': 1 })).toBe('{"\\u003c":1}');
  });

  test('prints numbers as Go', () => {
    const numbers = [0, -0, 1, -1.5, 1e20, 1e21, 1e-6, 1e-7, 1.25e-9, 123456789012345680000, 2n ** 64n];
    expect(formatGoJson(numbers)).toBe(
      '[0,-0,1,-1.5,100000000000000000000,1e+21,0.000001,1e-7,1.25e-9,123456789012345680000,18446744073709551616]',
    );
  });

  test('refuses what JSON cannot hold, and what is too deep', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x')])
      expect(() => formatGoJson([value])).toThrow(expect.objectContaining({ code: 'failed' }));
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => formatGoJson(cycle)).toThrow(expect.objectContaining({ code: 'failed' }));
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(() => formatGoJson(deep, { indent: '\t' })).toThrow(expect.objectContaining({ code: 'failed' }));
  });

  test('property: it is JSON, indented or not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, '', '\t'), (value, indent) => {
        const text = formatGoJson(value, indent === undefined ? {} : { indent });
        expect(JSON.parse(text)).toEqual(value);
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });
});

describe('omitEmpty', () => {
  test('leaves out what omitempty leaves out', () => {
    for (const empty of ['', false, 0, null, undefined, [], new Map()]) expect(omitEmpty(empty)).toBeUndefined();
    for (const kept of ['x', true, 1, [0], {}, new Map([['a', 1]])]) expect(omitEmpty(kept)).toBe(kept);
  });
});
