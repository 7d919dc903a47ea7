/** What is passed on to whom, when a module version cannot be used. */
import { expect, test } from 'vitest';
import type { ModuleVersion } from '../../../src/module/index.js';
import { VersionMap } from '../../../src/mvs/index.js';
import { type Depth, DisqualifiedModules } from '../../../src/resolve/edit/disqualified-modules.js';

const mod = (name: string): ModuleVersion => ({ path: name[0]!, version: name.slice(1) });
const [a, b, c, d] = ['a1', 'b1', 'c1', 'd1'].map(mod) as [ModuleVersion, ModuleVersion, ModuleVersion, ModuleVersion];

function disqualified(roots: Record<string, Depth>): DisqualifiedModules {
  const depths = new VersionMap<Depth>();
  for (const [name, depth] of Object.entries(roots)) depths.set(mod(name), depth);
  return new DisqualifiedModules(depths);
}

test('a fault is passed on to what required the module before, and to what requires it later', () => {
  const t = disqualified({ a1: 'unpruned', b1: 'unpruned' });
  expect(t.require(a, c)).toBe(true);
  t.disqualify(c, 'pruned', { because: c });
  expect(t.chain(a, 'unpruned')).toEqual({ path: [a, c] });
  expect(t.require(b, c)).toBe(true); // b is a root: what it leads to as a pruned one may still matter
  expect(t.chain(b, 'unpruned')).toEqual({ path: [b, c] });
  expect(t.require(d, c)).toBe(false); // d is none
  expect(t.chain(d, 'unpruned')).toEqual({ path: [d, c] });
});

test('a fault below a module that is no root is not seen from where that module is pruned', () => {
  const t = disqualified({ a1: 'pruned' });
  t.require(b, c);
  t.require(a, b);
  t.disqualify(c, 'pruned', { because: c });
  expect(t.fault(a, 'pruned')).toBeUndefined();
  expect(t.chain(a, 'pruned')).toEqual({ path: [] });
  expect(t.chain(a, 'unpruned')).toEqual({ path: [a, b, c] });
});

test('a root that is at fault as such is so for everything that requires it', () => {
  const t = disqualified({ a1: 'pruned', b1: 'pruned' });
  t.require(a, b);
  t.disqualify(b, 'pruned', { because: c });
  t.disqualify(c, 'pruned', { because: c });
  expect(t.chain(a, 'pruned')).toEqual({ path: [a, b, c] });
  expect(t.require(d, b)).toBe(false);
  expect(t.chain(d, 'pruned')).toEqual({ path: [d, b, c] });
});

test('a pruned root that is at fault only where all below it is read harms only who is read so', () => {
  const t = disqualified({ a1: 'pruned', b1: 'pruned' });
  t.require(a, b);
  t.require(d, b);
  t.disqualify(b, 'unpruned', { because: c });
  expect(t.fault(a, 'pruned')).toBeUndefined();
  expect(t.fault(a, 'unpruned')).toEqual({ because: b });
  t.disqualify(b, 'pruned', { because: c }); // now it is at fault as a root too: that is passed on once more
  expect(t.fault(a, 'pruned')).toEqual({ because: b });
});

test('an unpruned root brings in all below it wherever it is required', () => {
  const t = disqualified({ a1: 'pruned', b1: 'unpruned' });
  t.require(b, c);
  t.require(c, d);
  t.require(a, b);
  const error = new Error('gone');
  t.disqualify(d, 'pruned', { error });
  expect(t.chain(a, 'pruned')).toEqual({ path: [a, b, c, d], error });
  expect(t.fault(b, 'pruned')).toEqual({ because: c });
});

test('the first fault stands, cycles end, and a long chain takes no stack', () => {
  const t = disqualified({});
  t.require(a, b);
  t.require(b, a);
  t.disqualify(b, 'unpruned', { because: b });
  expect(t.chain(a, 'unpruned')).toEqual({ path: [a, b] });
  t.disqualify(b, 'unpruned', { because: a });
  expect(t.fault(b, 'unpruned')).toEqual({ because: b });

  const long = disqualified({});
  const at = (i: number): ModuleVersion => ({ path: `m${i}`, version: '1' });
  for (let i = 0; i < 50_000; i++) long.require(at(i), at(i + 1));
  long.disqualify(at(50_000), 'pruned', { because: at(50_000) });
  expect(long.chain(at(0), 'unpruned').path).toHaveLength(50_001);
});

test('an error without a value is one nevertheless', () => {
  const t = disqualified({ a1: 'pruned' });
  t.disqualify(a, 'pruned', { error: undefined });
  expect(t.chain(a, 'pruned')).toEqual({ path: [a], error: undefined });
});
