/** What a command loads before it does anything: start-up is most of the time of a small one. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/cli/', import.meta.url));
const read = (file: string) => readFileSync(dist + file, 'utf8');

/** The files that one file imports without being asked, itself included. */
function closure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of read(file).matchAll(/^(?:\} from|import(?: [^"';()]* from)?) "\.\/([^"]+)"/gm))
    closure(name!, seen);
  return seen;
}

/** The chunk that the table loads for a command. */
function chunkOf(command: string): string {
  for (const file of closure('main.js')) {
    const found = new RegExp(`import\\("\\./(${command}-[A-Z0-9]+\\.js)"\\)`).exec(read(file));
    if (found !== null) return found[1]!;
  }
  throw new Error(`no chunk for ${command}`);
}

test.each(['version', 'env', 'help'])('%s loads no parser, no network, no archive and no foreign code', (command) => {
  expect(inject('buildFailure')).toBe('');
  const files = [...closure('main.js'), ...closure(chunkOf(command))];
  const text = files.map(read).join('');
  expect(files.length).toBeGreaterThan(2);
  expect(text.length).toBeLessThan(150_000);
  expect(text).not.toMatch(/node_modules\/(?:undici|yauzl|koffi|commander|chalk|@noble)/);
});
