import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VersionList } from '../../src/goproxy/version-list.js';
import { isPseudoVersion, semver } from '../../src/module/index.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('VersionList', () => {
  const pseudo = 'v0.0.0-20200102030405-0123456789ab';
  const line = fc.oneof(
    fc.constantFrom(
      'v1.0.0',
      'v1.10.0',
      'v0.0.1',
      'v01.0.0',
      'v1.0',
      'v1',
      'v1.2.3-rc.1',
      'v2.0.0+incompatible',
      pseudo,
    ),
    fc.constantFrom('', ' ', 'latest', '<html>', ' v1.0.0', 'v1.0.0\r', 'v1.0.0 2020-01-02T03:04:05Z', 'v1.0.0\u00a0x'),
    fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((parts) => `v${parts.join('.')}`),
    fc.string({ maxLength: 12 }).filter((s) => !s.includes('\n')),
  );

  test('has the tagged versions of every list, in its order, as one line after the other would be read', () => {
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, endsWhole) => {
        const text = lines.join('\n') + (endsWhole ? '\n' : '');
        const space = /[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
        const words = text.split('\n').map((l) => l.split(space).filter(Boolean));
        const versions = words.map(([v = '']) => v).filter((v) => semver.isValid(v));
        const list = VersionList.parse(bytes(text));
        expect([...list]).toEqual(versions.filter((v) => !isPseudoVersion(v)));
        expect(Array.from(list.timed(), (l) => l.version).sort()).toEqual(versions.sort());
      }),
    );
  });

  test('keeps times, and narrows to a prefix', () => {
    const list = VersionList.parse(bytes('v1.0.0 2020-01-02T03:04:05Z\nv1.1.0\nv2.0.0\n'));
    expect([...list.timed()][0]).toEqual({ version: 'v1.0.0', time: '2020-01-02T03:04:05Z' });
    expect([...list.startingWith('v1.')]).toEqual(['v1.0.0', 'v1.1.0']);
    expect(VersionList.of(['v1.10.0', 'v1.9.0', 'v1.9.0-rc']).sorted()).toEqual(['v1.9.0-rc', 'v1.9.0', 'v1.10.0']);
  });

  test('issue 11, A.1: millions of lines take no more than their bytes', () => {
    const text = bytes(Array.from({ length: 1_000_000 }, (_, i) => `v1.0.${i}\n`).join(''));
    const before = process.memoryUsage();
    const list = VersionList.parse(text);
    const after = process.memoryUsage();
    expect(after.external + after.heapUsed - before.external - before.heapUsed).toBeLessThan(16e6);
    let newest = '';
    for (const version of list) if (newest === '' || semver.compare(version, newest) > 0) newest = version;
    expect(newest).toBe('v1.0.999999');
  });
});
