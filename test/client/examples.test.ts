/**
 * The examples in the docstrings of the sources, run as they stand there. A comment is a claim: `// → value` says what the
 * expression or constant before it is, and `// → throws 'code'` with which error it ends.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { exports: doors } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };

interface Example {
  readonly file: string;
  readonly code: string;
}

const examples: Example[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => {
    const file = join(root, 'src', name);
    const found = readFileSync(file, 'utf8').matchAll(/@example\n \* ```js\n([\s\S]*?\n) \* ```/g);
    return Array.from(found, ([, code]) => ({
      file: relative(root, file).split(sep).join('/'),
      code: code!.replace(/^ \* ?/gm, ''),
    }));
  });

/** What a line says, and what came of it. */
interface Claim {
  readonly line: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** The example as a module that exports its claims. */
function withClaims(code: string): string {
  const lines = code.split('\n').map((line) => {
    const [, statement, said] = /^(.*);\s*\/\/ → (.*)$/.exec(line) ?? [];
    if (statement === undefined || said === undefined) return line;
    const name = /^const (\w+) = /.exec(statement)?.[1];
    const thrown = /^throws (.*)$/.exec(said)?.[1];
    const actual = thrown === undefined ? (name ?? statement) : `await codeOf(async () => ${statement})`;
    const claim = `claims.push({ line: ${JSON.stringify(line)}, actual: ${actual}, expected: ${thrown ?? said} });`;
    return name === undefined ? claim : `${statement}; ${claim}`;
  });
  const codeOf = 'async (run) => { try { await run(); } catch (error) { return error.code; } }';
  return `const claims = [];\nconst codeOf = ${codeOf};\n${lines.join('\n')}\nexport { claims };`;
}

/** Runs the example with the sources in place of the package. */
async function run({ code }: Example): Promise<readonly Claim[]> {
  const { outputFiles } = await build({
    stdin: { contents: withClaims(code), resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [
      {
        name: 'sources',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^tsgoget\// }, ({ path }) => ({ path: join(root, 'src', path.slice(8), 'index.ts') })),
      },
    ],
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`;
  return ((await import(/* @vite-ignore */ url)) as { claims: readonly Claim[] }).claims;
}

describe('the examples of the docstrings', () => {
  test('every subpath of pure code has one', () => {
    const subpaths = Object.keys(doors).filter((name) => /^\.\/[a-z]+$/.test(name));
    const without = subpaths.filter((name) => !examples.some(({ file }) => file === `src${name.slice(1)}/index.ts`));
    expect(subpaths).toHaveLength(10);
    expect(without).toEqual([]);
  });

  test.each(examples)('$file', async (example) => {
    const claims = await run(example);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims).toHaveLength(example.code.split('→').length - 1);
    for (const { line, actual, expected } of claims) expect([line, actual]).toEqual([line, expected]);
  });
});
