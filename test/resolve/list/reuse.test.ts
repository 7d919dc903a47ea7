import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../../src/encoding/utf8.js';
import { VersionList } from '../../../src/goproxy/index.js';
import type { Origin, VersionRepo } from '../../../src/modfetch/index.js';
import { parseReuse } from '../../../src/resolve/index.js';
import { mayReuse } from '../../../src/resolve/query/may-reuse.js';

const parse = (text: string) => parseReuse('old.json', encodeUtf8(text));

describe('parseReuse', () => {
  test('objects one after the other, by version and by query; those without origin are left out', () => {
    const reuse = parse(`{
	"Path": "a.example/x", "Version": "v1.2.0", "Query": "latest", "Info": "/gone", "Origin": {"VCS": "git", "Hash": "01"}
}
{"path":"a.example/y","VERSION":"v1.0.0","Time":"2020-01-02T03:04:05.600Z","Origin":{}} {"Path":"a.example/z","Version":"v1.0.0"}`);
    expect([...reuse.keys()]).toEqual(['a.example/x v1.2.0', 'a.example/x latest', 'a.example/y v1.0.0']);
    expect(reuse.get('a.example/x latest')).toEqual({
      Path: 'a.example/x',
      Version: 'v1.2.0',
      Query: 'latest',
      Origin: { VCS: 'git', Hash: '01' },
      Reuse: true,
    });
    expect(reuse.get('a.example/y v1.0.0')?.Time).toBe('2020-01-02T03:04:05.6Z');
  });
  test('an error is words from `mod download`, an object from `list -m`', () => {
    const reuse = parse('{"Path":"a","Error":"no","Origin":{}}{"Path":"b","Error":{"Err":"nor"},"Origin":{}}');
    expect([...reuse.values()].map((m) => m.Error)).toEqual([{ Err: 'no' }, { Err: 'nor' }]);
  });
  test('names that JavaScript has a meaning for are only names', () => {
    const reuse = parse('{"Path":"__proto__","Version":"v1.0.0","__proto__":{"Origin":{}},"Origin":{}}');
    expect([...reuse.keys()]).toEqual(['__proto__ v1.0.0']);
  });
  test('a text of megabytes, as a go.mod file may have in its deprecation, is no reason to fail', () => {
    const words = 'x\\"'.repeat(5_000_000);
    expect(parse(`{"Path":"a","Version":"v1.0.0","Deprecated":"${words}","Origin":{}}`).get('a v1.0.0')).toBeDefined();
    expect(() => parse(`{"Path":"a","Deprecated":"${words}`)).toThrow('unexpected EOF');
  });
  test('nothing, and null, hold nothing', () => {
    expect(parse('').size).toBe(0);
    expect(parse(' \n null\n').size).toBe(0);
  });
  test.each([
    ['{"Path":1}', 'json: cannot unmarshal number into Go struct field ModulePublic.Path of type string'],
    ['[]', 'json: cannot unmarshal array into Go value of type modinfo.ModulePublic'],
    ['{"Path":"a"', 'unexpected EOF'],
    ['{"Path":"a}', 'unexpected EOF'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{} }', "invalid character '}' looking for beginning of value"],
    ['{"Origin":[]}', 'json: cannot unmarshal array into Go struct field ModulePublic.Origin of type codehost.Origin'],
    ['{"Main":"yes"}', 'json: cannot unmarshal string into Go struct field ModulePublic.Main of type bool'],
    ['{"Versions":"v1"}', 'json: cannot unmarshal string into Go struct field ModulePublic.Versions of type []string'],
    ['{"Path" "a"}', `invalid character '"' in JSON`],
    ['{"Time":"yesterday"}', 'parsing time "yesterday": not in RFC 3339 format'],
  ])('%s is refused', (text, words) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'failed', message: `parsing old.json: ${words}` }),
    );
  });
});

describe('mayReuse', () => {
  const stands = 'still so';
  const repo = (check?: (origin: Origin) => Promise<void>): VersionRepo => ({
    path: 'a.example/x',
    versions: async () => VersionList.of([]),
    stat: () => Promise.reject(new Error('not asked')),
    latest: () => Promise.reject(new Error('not asked')),
    ...(check && { checkReuse: check }),
  });
  const confirms = repo(async (origin) => {
    if (origin.URL !== stands) throw new Error('changed');
  });
  const ask = (query: string, isRevision: boolean, origin: Origin | undefined, of = confirms) =>
    mayReuse(of, { query, isRevision }, origin && { URL: stands, ...origin });

  test.each<[what: string, query: string, isRevision: boolean, origin: Origin | undefined, answer: boolean]>([
    ['a version with its hash', 'v1.2.3', true, { Hash: '01' }, true],
    ['a version of a tag', 'v1.2.3', true, { Ref: 'refs/tags/v1.2.3' }, true],
    ['a version with nothing', 'v1.2.3', true, {}, false],
    ['a branch with its hash alone', 'main', true, { Hash: '01', Ref: 'refs/heads/main' }, false],
    ['a branch with its hash and the tags', 'main', true, { Hash: '01', TagSum: 't1:' }, true],
    ['a branch with the tags alone', 'main', true, { TagSum: 't1:' }, false],
    ['latest with the tags', 'latest', false, { TagSum: 't1:' }, true],
    ['latest with a hash alone', 'latest', false, { Hash: '01' }, false],
    ['anything with the whole repository', 'main', true, { RepoSum: 'r1:' }, true],
    ['no origin', 'v1.2.3', true, undefined, false],
  ])('%s', async (_what, query, isRevision, origin, answer) => {
    expect(await ask(query, isRevision, origin)).toBe(answer);
  });
  test('what the repository does not confirm is not reused', async () => {
    expect(await mayReuse(confirms, { query: 'v1.2.3', isRevision: true }, { Hash: '01', URL: 'other' })).toBe(false);
  });
  test('a proxy cannot confirm anything', async () => {
    expect(await ask('v1.2.3', true, { Hash: '01', RepoSum: 'r1:' }, repo())).toBe(false);
  });
});
