/** Whatever comes from a proxy: only a ModfileError, no quadratic work, no deep recursion, and printing is stable. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addNewRequire,
  addRequire,
  cleanup,
  decodeText,
  formatGoMod,
  formatGoModBytes,
  formatGoWorkBytes,
  ModfileError,
  modulePath,
  newGoMod,
  parseGoMod,
  parseGoWork,
  parseSyntax,
  printSyntax,
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
  sortBlocks,
} from '../../src/modfile/index.js';

const fragments =
  'module|go|require|exclude|replace|retract|tool|ignore|godebug|toolchain|use| | |\t|\n|\n|\n|\r\n|(|)|[|]|{|}|,|=>|//|// indirect|/*|"|`|\\|\\\n|"a\\\nb"|v1.2.3|v2|example.com/a|a.b/c/v2|x=y|1.21|go1.21|../x|\0|\u00a0|\ufeff|é|😀|\xff|"\\xff"|\r'.split(
    '|',
  );
const soup = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fragments) }, fc.string({ unit: 'binary', maxLength: 3 })),
    {
      maxLength: 40,
    },
  )
  .chain((parts) =>
    fc.constantFrom<Uint8Array | string>(
      new Uint8Array(Buffer.from(parts.join(''))),
      new Uint8Array(Buffer.from(parts.join(''), 'latin1')),
      parts.join(''),
    ),
  );

function onlyModfileError(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ModfileError)) throw error;
    expect(error.errors.length).toBeGreaterThan(0);
  }
}

describe('random files', () => {
  test('fail with a ModfileError or not at all; what parses prints to what prints the same', () => {
    fc.assert(
      fc.property(soup, fc.boolean(), (data, lax) => {
        onlyModfileError(() => {
          formatGoModBytes(parseGoMod('go.mod', data, { lax }));
          const text = typeof data === 'string' ? data : decodeText(data);
          const printed = printSyntax(parseSyntax('go.mod', text));
          expect(printSyntax(parseSyntax('go.mod', printed))).toBe(printed);
        });
        onlyModfileError(() => formatGoWorkBytes(parseGoWork('go.work', data)));
        expect(typeof modulePath(data)).toBe('string');
      }),
      { numRuns: 3000 },
    );
  });

  test('edits of what parses throw nothing', () => {
    fc.assert(
      fc.property(soup, (data) => {
        onlyModfileError(() => {
          const file = parseGoMod('go.mod', data, { lax: true });
          addRequire(file, 'example.com/a', 'v1.0.0');
          sortBlocks(file);
          cleanup(file);
          setRequireSeparateIndirect(file, [{ path: 'example.com/b', version: 'v1.0.0', indirect: true }]);
          setRequireAtMostTwo(file, [{ path: 'example.com/c', version: 'v1.0.0', indirect: false }]);
          setRequire(file, []);
          cleanup(file);
          expect(file.require).toEqual([]);
          formatGoMod(file);
        });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('large files', () => {
  const many = 100_000;
  const repeat = (text: string, n = many) => text.repeat(n);

  test('a hundred thousand requirements: parse, set, sort, print', () => {
    const requirements = Array.from({ length: many }, (_, i) => ({
      path: `example.com/m${i}`,
      version: 'v1.0.0',
      indirect: i % 2 === 0,
    }));
    const file = newGoMod();
    setRequireSeparateIndirect(file, requirements);
    cleanup(file);
    const text = formatGoMod(file);
    const again = parseGoMod('go.mod', text);
    expect(again.require).toHaveLength(many);
    setRequire(again, requirements);
    cleanup(again);
    expect(formatGoMod(again)).toBe(text);
    setRequire(again, [...requirements, ...requirements.map((r) => ({ ...r, path: `x/${r.path}` }))]);
    expect(again.require).toHaveLength(2 * many);
  });

  // each of them takes minutes, or all memory, where the work is quadratic or a call nests
  test.each<[string, string]>([
    ['unknown lines', repeat('x\n')],
    ['comments', repeat('//\n')],
    ['comment blocks', repeat('// a\n\n')],
    ['comments in a block', `retract (\n${repeat('// a\n\n')}v1.0.0\n)\n`],
    ['comments before a directive', `${repeat('// Deprecated:\n//\n')}module m\n`],
    ['spaces before a comment', `module m${repeat(' ', 1 << 20)}// x\n`],
    ['suffix comments of one owner', repeat('"a\\\nb" // c\n')],
    ['blocks', repeat('a (\n)\n')],
    ['words', `${repeat('a,', 1 << 20)}\n`],
    ['parentheses', `${repeat('( ', 1 << 20)}x\n`],
    ['escapes', `module "${repeat('\\x41\\xff', 1 << 18)}"\n`],
    ['broken retractions', repeat('retract [\n')],
    ['a go version', `go ${repeat('1', 1 << 20)}.1x\n`],
    ['blank lines', repeat('\n', 1 << 20)],
    ['one word', repeat('é', 1 << 20)],
  ])('%s', (_, text) => {
    const file = parseGoMod('go.mod', text, { lax: true });
    expect(formatGoMod(file).length).toBeLessThanOrEqual(2 * text.length);
    expect(() => modulePath(text)).not.toThrow();
  });

  test('the problems that are kept are limited', () => {
    try {
      parseGoMod('go.mod', repeat('x\n'));
    } catch (error) {
      expect((error as ModfileError).errors).toHaveLength(10_000);
      return;
    }
    expect.unreachable();
  });

  test('bytes that are not UTF-8', () => {
    const bytes = new Uint8Array(1 << 20).fill(0xff);
    const printed = formatGoModBytes(parseGoMod('go.mod', bytes, { lax: true }));
    expect(Buffer.compare(printed, Buffer.concat([bytes, Buffer.from('\n')]))).toBe(0);
  });

  test('adding one by one', () => {
    const file = newGoMod();
    for (let i = 0; i < 2000; i++) addNewRequire(file, `example.com/${i}`, 'v1.0.0', false);
    expect(printSyntax(file.syntax).split('\n')).toHaveLength(2003);
  });
});
