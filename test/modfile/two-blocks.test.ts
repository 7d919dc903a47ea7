/** setRequireAtMostTwo: fixtures/modfile/two-blocks, each NAME.in to NAME.golden; and what holds for any file. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanup,
  formatGoMod,
  type GoModFile,
  parseGoMod,
  type Requirement,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
} from '../../src/modfile/index.js';

type SetRequire = (file: GoModFile, requirements: readonly Requirement[]) => void;

function edited(text: string, set: SetRequire, requirements?: readonly Requirement[]): string {
  const file = parseGoMod('go.mod', text);
  set(file, requirements ?? file.require);
  cleanup(file);
  return formatGoMod(file);
}

const statementsOf = (text: string) =>
  parseGoMod('go.mod', text).syntax.statements.filter((s) => s.kind !== 'comments' && s.tokens[0] === 'require');

describe('golden pairs', () => {
  const folder = fileURLToPath(new URL('../../fixtures/modfile/two-blocks/', import.meta.url));
  const inputs = readdirSync(folder).filter((name) => name.endsWith('.in'));

  test.each(inputs)('%s', (name) => {
    const golden = readFileSync(folder + name.replace(/\.in$/, '.golden'), 'utf8');
    const input = readFileSync(folder + name, 'utf8');
    expect(edited(input, setRequireAtMostTwo)).toBe(golden);
    expect(edited(golden, setRequireAtMostTwo)).toBe(golden);
    expect(statementsOf(edited(input, setRequireSeparateIndirect)).length).toBeGreaterThan(2);
  });
});

test('the comments above a block go where its requirements go, not where they stood', () => {
  const text = '// one\nrequire (\n\ta v1.0.0\n\tb v1.0.0\n)\n\n// two\nrequire (\n\tc v1.0.0\n\td v1.0.0\n)\n';
  const want = (path: string, indirect: boolean) => ({ path, version: 'v1.0.0', indirect });
  expect(edited(text, setRequireAtMostTwo, [want('a', true), want('b', true), want('c', true), want('d', false)])).toBe(
    '// two\nrequire d v1.0.0\n\n// one\nrequire (\n\ta v1.0.0 // indirect\n\tb v1.0.0 // indirect\n\tc v1.0.0 // indirect\n)\n',
  );
});

describe('any file', () => {
  /** Each comment is told from the others by its number. */
  const text = fc
    .array(
      fc.record({
        above: fc.boolean(),
        isBlock: fc.boolean(),
        lines: fc.array(fc.record({ path: fc.nat(9), indirect: fc.boolean(), above: fc.boolean() }), { maxLength: 4 }),
      }),
      { maxLength: 6 },
    )
    .map((statements) => {
      let count = 0;
      const comment = (is: boolean, kind: string) => (is ? `// ${kind}${count++}\n` : '');
      const body = statements.map(({ above, isBlock, lines }) => {
        const head = comment(above, isBlock ? 'block' : 'line');
        const requires = lines.map(
          (l) => `${comment(l.above, 'line')}m${l.path} v1.0.0 ${l.indirect ? '// indirect' : ''}`,
        );
        if (isBlock) return `${head}require (\n${requires.join('\n')}\n)\n`;
        return requires[0] === undefined ? '' : `${head}require ${requires[0].replace(/^\/\/.*\n/, '')}\n`;
      });
      return `module m\n\n${body.join('\n')}`;
    });
  const wanted = fc
    .uniqueArray(fc.record({ path: fc.nat(12), indirect: fc.boolean() }), { selector: (w) => w.path })
    .map((list) => list.map(({ path, indirect }) => ({ path: `m${path}`, version: 'v1.1.0', indirect })));

  test('has at most two blocks, sorted; of a second time no more comes than their order, of a third nothing', () => {
    fc.assert(
      fc.property(text, wanted, (before, requirements) => {
        const after = edited(before, setRequireAtMostTwo, requirements);
        // a direct block that got comments is made anew, before the indirect one
        const again = edited(after, setRequireAtMostTwo, requirements);
        const blocksOf = (t: string) => t.split('\n\n').sort();
        expect(blocksOf(again.trimEnd())).toEqual(blocksOf(after.trimEnd()));
        expect(edited(again, setRequireAtMostTwo, requirements)).toBe(again);
        expect(statementsOf(after).length).toBeLessThanOrEqual(2);
        const file = parseGoMod('go.mod', after);
        for (const kind of [true, false]) {
          const paths = file.require.filter((r) => r.indirect === kind).map((r) => r.path);
          expect(paths).toEqual(
            requirements
              .filter((r) => r.indirect === kind)
              .map((r) => r.path)
              .sort(),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the comments of what stays, and of every block where there is a block for them', () => {
    fc.assert(
      fc.property(text, wanted, (before, requirements) => {
        const after = edited(before, setRequireAtMostTwo, requirements);
        const commentsIn = (s: string) => new Set(s.match(/\/\/ (?:block|line)\d+/g));
        const kept = commentsIn(after);
        const hasBoth = new Set(requirements.map((r) => r.indirect)).size === 2;
        const file = parseGoMod('go.mod', before);
        const expected = requirements.flatMap(({ path }) => [
          ...(file.require.find((r) => r.path === path)?.syntax.before ?? []),
        ]);
        if (hasBoth) expected.push(...file.syntax.statements.flatMap((s) => (s.kind === 'block' ? s.before : [])));
        for (const c of expected.filter((e) => e !== '')) expect(kept).toContain(c);
      }),
      { numRuns: 500 },
    );
  });
});
