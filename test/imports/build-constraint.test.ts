import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { shouldBuild } from '../../src/imports/index.js';

const linux = new Set(['linux', 'amd64', 'gc', 'cgo', 'go1.1']);
const builds = (text: string, tags: ReadonlySet<string> | 'any' = linux) => shouldBuild(encodeUtf8(text), tags);

describe('//go:build', () => {
  test.each([
    ['linux', true],
    ['!linux', false],
    ['linux && amd64', true],
    ['linux && arm64', false],
    ['windows || linux && cgo', true],
    ['(windows || linux) && !cgo', false],
    ['!(windows || darwin)', true],
    ['! windows&&(linux)', true],
    ['unix', true],
    ['go1.1', true],
    ['constructor', false],
    ['!__proto__', true],
    ['ignore', false],
    ['!ignore', true],
    ['!été', true],
    ['!٣', true],
  ])('%s: %s on Linux', (expression, expected) => {
    expect(builds(`//go:build ${expression}\n\npackage p\n`)).toBe(expected);
  });

  test.each([
    '',
    '!',
    '!!linux',
    '! !linux',
    'linux &&',
    '&& linux',
    'linux cgo',
    'linux & cgo',
    '(linux',
    'linux)',
    '()',
    'linux,cgo',
    'a-b',
    '"a"',
    '€',
  ])('not an expression, so no build takes the file: %s', (expression) => {
    expect(builds(`//go:build ${expression}\n\npackage p\n`)).toBe(false);
    expect(builds(`//go:build ${expression}\n\npackage p\n`, 'any')).toBe(false);
  });

  test('1000 operands are enough', () => {
    const long = (n: number) => `//go:build ${Array(n).fill('linux').join(' && ')}\n`;
    const deep = (n: number) => `//go:build ${'('.repeat(n)}linux${')'.repeat(n)}\n`;
    expect([builds(long(1000)), builds(long(1001)), builds(deep(999)), builds(deep(1000))]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(builds(`//go:build ${'!('.repeat(998)}linux${')'.repeat(998)}\n`)).toBe(true);
    expect(builds(`//go:build ${'('.repeat(1_000_000)}`)).toBe(false);
  });

  test.each([
    ['behind a block comment', '/* a\n b */ // c\n//go:build ignore\n\npackage p\n', false],
    ['right above the package clause', '//go:build ignore\npackage p\n', false],
    ['indented', '\t //go:build ignore \r\npackage p\n', false],
    ['without an end of line', '//go:build ignore', false],
    ['in a block comment', '/*\n//go:build ignore\n*/\npackage p\n', true],
    ['below the package clause', 'package p\n\n//go:build ignore\n', true],
    ['behind code on a line of comments', '/* a */ package p\n//go:build ignore\n', true],
    ['of another name', '//go:builds ignore\n\npackage p\n', true],
    ['with a space in front', '// go:build ignore\n\npackage p\n', true],
    ['twice', '//go:build linux\n//go:build linux\n\npackage p\n', false],
  ])('%s', (_, text, expected) => {
    expect(builds(text)).toBe(expected);
  });

  test('it alone rules where there is one', () => {
    expect(builds('// +build ignore\n\n//go:build linux\n\npackage p\n')).toBe(true);
  });
});

describe('// +build', () => {
  test.each([
    ['linux', true],
    ['windows linux', true],
    ['linux,!cgo darwin', false],
    ['linux,cgo', true],
    ['!windows,!darwin', true],
    ['', false],
    ['!!linux', false],
    ['!', false],
    ['a-b', false],
    ['!a-b', true],
    ['ignore', false],
  ])('%s: %s on Linux', (words, expected) => {
    expect(builds(`// +build ${words}\n\npackage p\n`)).toBe(expected);
    expect(builds(`//+build ${words}\n\npackage p\n`)).toBe(expected);
  });

  test('every line must hold', () => {
    expect(builds('// +build linux\n// +build cgo\n\npackage p\n')).toBe(true);
    expect(builds('// +build linux\n//\n// +build !cgo\n\npackage p\n')).toBe(false);
  });

  test.each([
    ['right above the package clause', '// +build ignore\npackage p\n', true],
    ['above a blank line', '// +build ignore\n\n// Doc.\npackage p\n', false],
    ['below a block comment', '/* a */\n// +build ignore\n\npackage p\n', true],
    ['of another name', '// +builds ignore\n\npackage p\n', true],
    ['too long to be looked at', `// +build ${Array(102).fill('ignore').join(' ')}\n\npackage p\n`, true],
    ['as long as may be', `// +build ${Array(101).fill('ignore').join(',')}\n\npackage p\n`, false],
  ])('%s', (_, text, expected) => {
    expect(builds(text)).toBe(expected);
  });
});

test('systems that set another’s tag', () => {
  expect(builds('//go:build linux && unix\n', new Set(['android']))).toBe(true);
  expect(builds('//go:build darwin\n', new Set(['ios']))).toBe(true);
  expect(builds('//go:build solaris\n', new Set(['illumos']))).toBe(true);
  expect(builds('//go:build android || unix\n', new Set(['plan9']))).toBe(false);
});

describe("'any'", () => {
  test.each([
    ['linux && !linux', true],
    ['!ignore', true],
    ['ignore', false],
    ['ignore || linux', true],
    ['!(ignore || linux)', true],
    ['linux && ignore', false],
  ])('%s: %s', (expression, expected) => {
    expect(builds(`//go:build ${expression}\n`, 'any')).toBe(expected);
  });
});

type Expression = string | { not: Expression } | { and: [Expression, Expression] } | { or: [Expression, Expression] };

const tagNames = ['a', 'b', 'c', 'ignore'];

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom(...tagNames),
    fc.record({ not: tie('expression') }),
    fc.record({ and: fc.tuple(tie('expression'), tie('expression')) }),
    fc.record({ or: fc.tuple(tie('expression'), tie('expression')) }),
  ),
}));

/** Written with the parentheses that it needs, and blanks here and there. */
function written(x: Expression, blank: () => string): string {
  const write = (y: Expression, binding: number): string => {
    if (typeof y === 'string') return blank() + y + blank();
    const [strength, text] =
      'not' in y
        ? [2, `!${blank()}${typeof y.not === 'string' ? y.not : `(${write(y.not, 0)})`}`]
        : 'and' in y
          ? [1, `${write(y.and[0], 1)}&&${write(y.and[1], 2)}`]
          : [0, `${write(y.or[0], 0)}||${write(y.or[1], 1)}`];
    return strength < binding ? `(${text})` : text;
  };
  return write(x, 0);
}

function holds(x: Expression, tags: ReadonlySet<string>): boolean {
  if (typeof x === 'string') return tags.has(x);
  if ('not' in x) return !holds(x.not, tags);
  return 'and' in x ? x.and.every((y) => holds(y, tags)) : x.or.some((y) => holds(y, tags));
}

describe('any expression', () => {
  const line = fc.tuple(expression, fc.infiniteStream(fc.constantFrom('', '', ' ', '\t')));

  test('is what logic makes of it', () => {
    fc.assert(
      fc.property(line, fc.subarray(tagNames), ([x, blanks], set) => {
        const text = `//go:build ${written(x, () => blanks.next().value)}\n\npackage p\n`;
        expect(builds(text, new Set(set))).toBe(holds(x, new Set(set)));
      }),
    );
  });

  test("under 'any' whatever some build without the tag ignore takes is taken", () => {
    const sets = [[], ['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c'], ['a', 'b', 'c']].map(
      (set) => new Set(set),
    );
    fc.assert(
      fc.property(line, ([x, blanks]) => {
        const some = sets.some((set) => holds(x, set));
        expect(builds(`//go:build ${written(x, () => blanks.next().value)}\n`, 'any') || !some).toBe(true);
      }),
    );
  });

  test('in the words of // +build', () => {
    const clause = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...tagNames)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(clause, { minLength: 1, maxLength: 4 }), fc.subarray(tagNames), (clauses, set) => {
        const words = clauses.map((terms) => terms.map(([not, tag]) => (not ? `!${tag}` : tag)).join(','));
        const expected = clauses.some((terms) => terms.every(([not, tag]) => set.includes(tag) !== not));
        expect(builds(`// +build ${words.join(' ')}\n\npackage p\n`, new Set(set))).toBe(expected);
      }),
    );
  });

  test('no text makes it throw', () => {
    const piece = fc.constantFrom(
      '//go:build ',
      '// +build ',
      '\n',
      '/*',
      '*/',
      'a',
      '!',
      '(',
      ')',
      '&&',
      '||',
      '&',
      ',',
      ' ',
      'é',
      '\u0085',
      'package p',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(typeof builds(text)).toBe('boolean');
        expect(builds(text, 'any') || !builds(text, new Set())).toBe(true);
      }),
    );
  });
});
