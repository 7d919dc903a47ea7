import { expect, test } from 'vitest';
import { Speculation } from '../../src/modfetch/speculation.js';

/** Work that ends when it is told to. */
function world() {
  const speculation = new Speculation();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (key: string) =>
    speculation.add(key, () => {
      begun.push(key);
      return new Promise<void>((resolve) => ends.set(key, resolve));
    });
  const end = async (key: string) => {
    ends.get(key)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { speculation, begun, add, end };
}

test('issue 11, A.2: of thousands of names that nothing proven asks for only so many are asked for', async () => {
  const { begun, add, end } = world();
  for (let i = 0; i < 3000; i++) add(`m${i}`);
  expect(begun.length).toBe(72);
  for (let i = 0; i < 3000; i++) await end(`m${i}`);
  expect(begun.length).toBe(288);
});

test('the twin: what turns out to be needed makes room for more, and is begun by nobody twice', async () => {
  const { speculation, begun, add, end } = world();
  for (let i = 0; i < 3000; i++) add(`m${i}`);
  for (let i = 0; i < 3000; i++) {
    if (i % 2 === 0) speculation.need(`m${i}`);
    await end(`m${i}`);
  }
  expect(begun.length).toBeGreaterThan(500);
  expect(new Set(begun).size).toBe(begun.length);
  speculation.need('late');
  add('late');
  expect(begun).not.toContain('late');
});
