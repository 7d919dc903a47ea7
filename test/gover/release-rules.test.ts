import { expect, test } from 'vitest';
import {
  compareGo,
  hasRule,
  knownReleases,
  newestRelease,
  releaseRules,
  unknownReleaseNote,
} from '../../src/gover/index.js';
import { newestKnownRelease } from '../../src/imports/index.js';

test('known releases: one for each language version from 1.21 on, in order, and the tables of packages describe the newest', () => {
  expect(knownReleases.map((release) => release.replace(/\.\d+$/, ''))).toEqual(
    knownReleases.map((_, i) => `1.${21 + i}`),
  );
  expect(newestRelease.startsWith(`${newestKnownRelease}.`)).toBe(true);
});

test('a rule holds from the first candidate of its release on, and not before', () => {
  expect(releaseRules.length).toBeGreaterThan(15);
  expect(new Set(releaseRules.map(({ name }) => name)).size).toBe(releaseRules.length);
  for (const { name, since, what } of releaseRules) {
    expect(what).toMatch(/^\S.*[^.\s]$/);
    const rule = name as Parameters<typeof hasRule>[1];
    for (const release of knownReleases)
      expect([name, release, hasRule(release, rule)]).toEqual([name, release, compareGo(release, since) >= 0]);
    expect(hasRule(`${since}rc1`, rule)).toBe(true);
    expect(hasRule('1.99.0', rule)).toBe(true);
  }
});

test('what is said of a release that is none of those', () => {
  expect(unknownReleaseNote('1.28rc1')).toMatch(
    /^go1\.28rc1 is newer than .*: the rules of go1\.27\.\d+ are followed$/,
  );
  expect(unknownReleaseNote('1.20.14')).toMatch(/^go1\.20\.14 is older than .*: the rules of go1\.21 are followed$/);
  for (const release of ['1.21rc1', '1.21.0', '1.24.7', '1.27.99']) expect(unknownReleaseNote(release)).toBe(undefined);
});
