/** fixtures/modfile: each NAME.in formats to the bytes of NAME.golden, and a golden to itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatGoModBytes, formatGoWorkBytes, parseGoMod, parseGoWork } from '../../src/modfile/index.js';

const folder = fileURLToPath(new URL('../../fixtures/modfile/', import.meta.url));
const kinds = [
  { label: 'go.mod', of: folder, format: (d: Uint8Array) => formatGoModBytes(parseGoMod('go.mod', d)) },
  { label: 'go.work', of: `${folder}work/`, format: (d: Uint8Array) => formatGoWorkBytes(parseGoWork('go.work', d)) },
];

describe.each(kinds)('$label', ({ of, format }) => {
  const inputs = readdirSync(of).filter((name) => name.endsWith('.in'));
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

  test.each(inputs)('%s', (name) => {
    const golden = readFileSync(of + name.replace(/\.in$/, '.golden'));
    expect(hex(format(readFileSync(of + name)))).toBe(hex(golden));
    expect(hex(format(golden))).toBe(hex(golden));
  });
});
