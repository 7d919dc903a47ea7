/** `proof export`, then `verify -proof`, with the built program on loopback: what one writes the other proves, and nobody is asked. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { logOf, sumsOf, type World } from '../support/fixture-world.js';
import { generateWitness } from '../support/signed-notes.js';
import { type RunningWorld, startWorld } from './world.js';

const asked = ['example.com/greet', 'example.com/words', 'example.com/farewell'];
const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/greet v1.0.0\n';

/** The true lines of go.sum for some of the fixtures. */
function goSumOf(world: World, paths = asked): string {
  return world.modules
    .filter((m) => paths.includes(m.path))
    .map((m) => {
      const { zip, mod } = sumsOf(m);
      return `${m.path} ${m.version} ${zip}\n${m.path} ${m.version}/go.mod ${mod}\n`;
    })
    .join('');
}

const forge = (sum: string) => sum.replace(/h1:[^\n]{5}/, 'h1:AAAAA');

describe('proof files', () => {
  let world: RunningWorld;
  let goSum: string;
  let cwd: string;
  let exported: string | undefined;
  const file = (name = 'go.sum.proof') => join(cwd, name);
  const exporting = (...args: string[]) => world.run(['proof', 'export', ...args], { cwd });
  /** Puts the proof of the whole go.sum beside it: exported once. */
  const givenProof = async () => {
    exported ??= (await exporting('-o', '-')).stdout;
    writeFileSync(file(), exported);
    return exported;
  };
  /** With a world of its own: nothing cached, no head stored, and a proxy that counts. */
  const offline = { GOPROXY: 'off', GOFLAGS: '', GOMODCACHE: '', GOPATH: '' };
  const verifying = async (env: Record<string, string> = {}, args: string[] = []) => {
    const fresh = join(world.dir, `fresh${Math.random()}`);
    const before = world.mirror.requests.length;
    const result = await world.run(['verify', '-proof', 'go.sum.proof', ...args], {
      cwd,
      env: { ...offline, GOPATH: fresh, GOMODCACHE: join(fresh, 'mod'), ...env },
    });
    expect(world.mirror.requests.length, 'no request').toBe(before);
    return { ...result, fresh };
  };
  beforeAll(async () => {
    world = await startWorld();
    goSum = goSumOf(world);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  });

  test('go.sum is proven by the file beside it, with everything refused and with a proxy that would answer', async () => {
    const { code, stdout, stderr } = await exporting();
    const lines = goSum.split('\n').length - 1;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `go.sum.proof: ${lines} lines of ${lines / 2} module versions proven in the tree of size `,
    );
    for (const env of [{}, { GOPROXY: world.mirror.url }]) {
      const verified = await verifying(env);
      expect({ code: verified.code, stderr: verified.stderr }).toEqual({ code: 0, stderr: '' });
      expect(verified.stdout).toContain(`${lines} `);
      expect(existsSync(verified.fresh)).toBe(false); // nothing was written
    }
    const json = JSON.parse((await verifying({}, ['-json'])).stdout);
    expect(JSON.stringify(json)).toContain('no tree head is stored here');
  });

  test('is the same file whenever it is made, and -o says where', async () => {
    await exporting();
    await exporting('-o', 'again');
    const { code, stdout } = await exporting('-o', '-');
    const text = readFileSync(file(), 'utf8');
    expect(code).toBe(0);
    expect(stdout).toBe(text);
    expect(readFileSync(file('again'), 'utf8')).toBe(text);
    expect(text.startsWith('go.sum proof v1\n')).toBe(true);
  });

  test('a line that the file does not prove is not checked, exit 1: it says how to export again', async () => {
    await givenProof();
    const more = goSumOf(world, [...asked, 'example.com/app']);
    writeFileSync(file('go.sum'), more);
    const { code, stdout } = await verifying();
    expect(code).toBe(1);
    expect(stdout).toContain('tsgoget proof export');
    expect(stdout).toContain('example.com/app');
  });

  test('a file that proves more than go.sum has is fine, and the rest is named', async () => {
    await givenProof();
    writeFileSync(file('go.sum'), goSumOf(world, ['example.com/greet', 'example.com/words']));
    const { code, stdout } = await verifying({}, ['-json']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 of [0-9]+ records are of no line here/);
  });

  test('a go.sum without the go.mod line of a requirement is not complete, exit 1', async () => {
    await givenProof();
    writeFileSync(file('go.sum'), goSum.replace(/^example\.com\/greet \S+\/go\.mod .*\n/m, ''));
    const { code, stdout } = await verifying();
    expect(code).toBe(1);
    expect(stdout).toContain('missing go.sum entry for go.mod file; to add it: tsgoget mod download example.com/greet');
  });

  test('a go.sum that was tampered with after the export is refuted, exit 3', async () => {
    await givenProof();
    writeFileSync(file('go.sum'), forge(goSum));
    const { code, stdout } = await verifying();
    expect(code).toBe(3);
    expect(stdout).toContain('h1:AAAAA');
  });

  test.each<[string, (text: string) => string]>([
    ['a changed hash in a record', (t) => forge(t)],
    ['a changed record number', (t) => t.replace(/\n(\d)\n/, (_, d) => `\n${(Number(d) + 1) % 10}\n`)],
    ['a record taken out', (t) => t.replace(/\n\d+\n[\s\S]*?\n\n/, '\n')],
    ['a changed tree size', (t) => t.replace(/(go\.sum database tree\n)(\d+)/, (_, a, n) => `${a}${Number(n) + 1}`)],
    ['a changed signature', (t) => t.replace(/(\u2014 \S+ [^\n]{40})(.)/, (_, a, c) => `${a}${c === 'A' ? 'B' : 'A'}`)],
    ['no signature', (t) => t.slice(0, t.indexOf('\u2014'))],
    ['half of it', (t) => t.slice(0, t.length / 2)],
    ['one byte less', (t) => t.slice(0, -1)],
    ['one byte more', (t) => `${t}\n`],
    [
      'the proof of another log',
      (t) => t.slice(0, t.lastIndexOf('\n\n', t.indexOf('go.sum database tree'))) + otherNote,
    ],
  ])('a forged file is refused, exit 3: %s', async (_, change) => {
    const text = await givenProof();
    expect(change(text)).not.toBe(text);
    writeFileSync(file(), change(text));
    const { code, stdout, stderr } = await verifying();
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout).not.toContain('internal error');
  });
  const otherNote = `\n\n${logOf([]).pad(3).note()}`;

  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'empty'],
    ['a go.sum', 'example.com/a v1.0.0 h1:x\n', 'a go.sum'],
    ['a page', '<!DOCTYPE html>\n<title>Login</title>', 'an HTML page'],
    ['JSON', '{"Verdict": "verified"}', 'JSON'],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'a Git LFS pointer'],
    ['binary data', Uint8Array.of(1, 0, 2), 'binary data'],
    ['other line ends', 'go.sum proof v1\r\n\r\n', 'CRLF'],
  ])('what is no proof file is named in one line, exit 1: %s (issue 11, C.3)', async (_, data, words) => {
    writeFileSync(file(), data);
    const { code, stdout, stderr } = await verifying();
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([1, '', [expect.stringContaining(words)]]);
    expect(stderr).toContain('is no proof file');
    expect(stderr).toContain('tsgoget proof export');
  });

  test('a head of the stored size with another root is a fork, whatever the records prove (issue 11, A.8)', async () => {
    const text = await givenProof();
    const gopath = join(world.dir, 'forkedhead');
    const state = join(gopath, 'pkg', 'sumdb', ...world.log.name.split('/'));
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'latest'), world.log.note());
    const env = { GOPATH: gopath, GOMODCACHE: join(gopath, 'mod') };
    const other = world.log.fork(3).pad(world.log.texts.length - 3);
    writeFileSync(file(), text.slice(0, text.indexOf('go.sum database tree')) + other.note());
    const { code, stdout } = await verifying(env);
    expect([code, stdout.includes('fork-evidence.txt')]).toEqual([3, true]);
    expect(readFileSync(join(state, 'fork-evidence.txt'), 'utf8')).toContain(other.note().split('\n')[2]);
    // the twin: another head that is signed, and none of whose records fit, is a false file and no fork
    const own = join(world.dir, 'nofork');
    writeFileSync(file(), text.slice(0, text.indexOf('go.sum database tree')) + world.log.note(3));
    expect((await verifying({ GOPATH: own, GOMODCACHE: join(own, 'mod') })).code).toBe(3);
    expect(existsSync(join(own, 'pkg', 'sumdb', ...world.log.name.split('/'), 'fork-evidence.txt'))).toBe(false);
    writeFileSync(file(), text);
    expect((await verifying({ GOPATH: own, GOMODCACHE: join(own, 'mod') })).code).toBe(0);
  });

  test('a file that is not there is no refutation', async () => {
    expect((await verifying()).code).toBe(1);
  });

  test('a head that contradicts the stored one is a fork, exit 3, and the evidence is kept', async () => {
    await givenProof();
    const gopath = join(world.dir, 'forked');
    const env = { GOPATH: gopath, GOMODCACHE: join(gopath, 'mod') };
    const other = world.log.fork(3).pad(world.log.texts.length - 3);
    const state = join(gopath, 'pkg', 'sumdb', ...world.log.name.split('/'));
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'latest'), other.note());
    const { code, stdout } = await verifying(env);
    expect(code).toBe(3);
    expect(stdout).toContain('fork-evidence.txt');
    expect(readFileSync(join(state, 'fork-evidence.txt'), 'utf8')).toContain(world.log.note().split('\n')[2]);
    // an older and a newer head are fine without a network
    for (const note of [world.log.note(2), world.log.fork(world.log.texts.length).pad(5).note()]) {
      const own = join(world.dir, `state${note.length}${note.split('\n')[1]}`);
      const dir = join(own, 'pkg', 'sumdb', ...world.log.name.split('/'));
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'latest'), note);
      const fine = await verifying({ GOPATH: own, GOMODCACHE: join(own, 'mod') }, ['-json']);
      expect(fine.code).toBe(0);
      expect(fine.stdout).toMatch(/is (?:older|newer) than the tree head that is stored here/);
    }
  });

  test('private modules are named, left out, and not in any request; -strict refuses', async () => {
    const env = { GOPRIVATE: 'example.com/words', GONOSUMDB: 'example.com/words' };
    const before = world.mirror.requests.length;
    const { code, stderr } = await world.run(['proof', 'export'], { cwd, env });
    expect(code).toBe(0);
    expect(stderr).toContain('example.com/words');
    expect(readFileSync(file(), 'utf8')).not.toContain('example.com/words');
    expect(world.mirror.requests.slice(before).filter((r) => r.path.includes('words'))).toEqual([]);
    expect((await verifying(env)).code).toBe(0);
    expect((await verifying()).code).toBe(1);
    const strict = await world.run(['proof', 'export', '-strict', '-o', 'strict'], { cwd, env });
    expect(strict.code).toBe(1);
    expect(existsSync(file('strict'))).toBe(false);
  });

  test('nothing is written when a line differs (3), is not in the log or cannot be asked about (1), or is malformed (1)', async () => {
    const cases: [number, string, Record<string, string>][] = [
      [3, forge(goSum), {}],
      [1, `${goSum}example.com/unknown v1.0.0 h1:${'A'.repeat(43)}=\n`, {}],
      [1, `${goSum}example.com/one two\n`, {}],
      [1, `${goSum}example.com/greet v1.0.0 h2:abc\n`, {}],
      [
        1,
        goSum,
        { GOPROXY: 'http://127.0.0.1:1', GOMODCACHE: join(world.dir, 'none'), GOPATH: join(world.dir, 'none') },
      ],
    ];
    for (const [code, sum, env] of cases) {
      writeFileSync(file('go.sum'), sum);
      writeFileSync(file(), 'what was there');
      const result = await world.run(['proof', 'export'], { cwd, env });
      expect([result.code, sum.slice(-60), result.stderr.includes('internal error')]).toEqual([
        code,
        sum.slice(-60),
        false,
      ]);
      expect(readFileSync(file(), 'utf8')).toBe('what was there');
    }
  });

  test('a fork on the way is told once, with its evidence, exit 3', async () => {
    const gopath = join(world.dir, 'exportfork');
    const state = join(gopath, 'pkg', 'sumdb', ...world.log.name.split('/'));
    mkdirSync(state, { recursive: true });
    writeFileSync(
      join(state, 'latest'),
      world.log
        .fork(3)
        .pad(world.log.texts.length - 3)
        .note(),
    );
    const env = { GOPATH: gopath, GOMODCACHE: join(gopath, 'mod') };
    const { code, stderr } = await world.run(['proof', 'export'], { cwd, env });
    expect(code).toBe(3);
    expect(stderr.match(/SECURITY ERROR/g)).toHaveLength(1);
    expect(stderr).toContain('fork-evidence.txt');
    expect(existsSync(file())).toBe(false);
  });

  test('with GOSUMDB=off nothing can be exported, and a proof file is not looked at', async () => {
    await givenProof();
    const off = await world.run(['proof', 'export', '-o', 'off'], { cwd, env: { GOSUMDB: 'off' } });
    expect([off.code, existsSync(file('off'))]).toEqual([1, false]);
    expect((await verifying({ GOSUMDB: 'off' })).code).toBe(0);
    expect((await verifying({ GOSUMDB: 'off' }, ['-strict'])).code).toBe(1);
  });

  test('without a go.sum there is nothing to prove', async () => {
    cwd = world.mainModule('module example.com/me\n\ngo 1.21\n');
    const { code, stderr } = await exporting();
    expect({ code, made: existsSync(file()) }).toEqual({ code: 0, made: false });
    expect(stderr).toContain('nothing to prove');
  });

  test('a workspace has one file for all of its sums', async () => {
    cwd = world.mainModule({
      'go.work': 'go 1.21\n\nuse ./a\n\nuse ./b\n',
      'go.work.sum': goSumOf(world, ['example.com/farewell']),
      'a/go.mod': 'module example.com/a\n\ngo 1.21\n',
      'a/go.sum': goSumOf(world, ['example.com/greet']),
      'b/go.mod': 'module example.com/b\n\ngo 1.21\n',
      'b/go.sum': goSumOf(world, ['example.com/greet', 'example.com/words']),
    });
    const { code, stderr } = await exporting();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(file(), readFileSync(file('go.work.sum.proof')));
    expect((await verifying()).code).toBe(0);
  });

  test('arguments and a duration that cannot be are usage errors', async () => {
    expect((await exporting('example.com/greet')).code).toBe(2);
    expect((await exporting('-max-age', 'soon')).code).toBe(2);
    expect((await exporting('-nonsense')).code).toBe(2);
    for (const name of ['go.sum', 'go.mod', `../${cwd.split('/').at(-1)}/go.sum`]) {
      expect((await exporting('-o', name)).code).toBe(2);
    }
    expect(readFileSync(file('go.sum'), 'utf8')).toBe(goSum);
  });
});

describe('witnesses', () => {
  const [a, b] = [generateWitness('a.test'), generateWitness('b.test')];
  const policyText = `witness a ${a.verifierKey}\nwitness b ${b.verifierKey}\ngroup g 2 a b\nquorum g\n`;
  let world: RunningWorld;
  let cwd: string;
  let policy: string;
  let cosign: (text: string) => string = () => '';
  const now = Math.floor(Date.now() / 1000);
  const run = (args: string[], env: Record<string, string> = {}) => {
    const fresh = join(world.dir, `fresh${Math.random()}`);
    return world.run(args, { cwd, env: { GOPATH: fresh, GOMODCACHE: join(fresh, 'mod'), ...env } });
  };
  beforeAll(async () => {
    world = await startWorld();
    world.log.cosign((text) => cosign(text));
    policy = join(world.dir, 'policy');
    writeFileSync(policy, policyText);
    cwd = world.mainModule({ 'go.mod': goMod, 'go.sum': goSumOf(world) });
  });
  afterAll(() => world.close());

  test.each<[string, (text: string) => string, number, string[]]>([
    ['by both', (t) => a.line(t, now) + b.line(t, now), 0, []],
    ['by both, and young', (t) => a.line(t, now) + b.line(t, now), 0, ['-max-age', '24h']],
    ['by both, long ago, where no age is asked for', (t) => a.line(t, 1) + b.line(t, 1), 0, []],
    ['by nobody', () => '', 1, []],
    ['by one', (t) => a.line(t, now), 1, []],
    ['by both, too long ago', (t) => a.line(t, 1) + b.line(t, now), 1, ['-max-age', '24h']],
    ['falsely', (t) => a.line(t, now) + b.line('another\n', now), 3, []],
  ])('a tree head cosigned %s', async (_, lines, code, flags) => {
    cosign = lines;
    for (const args of [['verify'], ['proof', 'export', '-o', '-']]) {
      const byFlag = await run([...args, '-policy', policy, ...flags]);
      expect([args[0], byFlag.code, byFlag.stderr.includes('internal error')]).toEqual([args[0], code, false]);
      const age = flags[1] === undefined ? {} : { TSGOGET_WITNESS_MAX_AGE: flags[1] };
      expect([args[0], (await run(args, { TSGOGET_WITNESS_POLICY: policy, ...age })).code]).toEqual([args[0], code]);
      expect([args[0], (await run(args)).code]).toEqual([args[0], 0]); // without a policy they are passed over
    }
  });

  test('the policy holds for every command that asks the database', async () => {
    cosign = () => '';
    const download = ['mod', 'download', 'example.com/app@v1.0.0'];
    expect((await run(download, { TSGOGET_WITNESS_POLICY: policy })).code).toBe(1);
    cosign = (t) => a.line(t, now) + b.line(t, now);
    expect((await run(download, { TSGOGET_WITNESS_POLICY: policy })).code).toBe(0);
  });

  test('a proof file is held to it', async () => {
    cosign = (t) => a.line(t, 1000) + b.line(t, 1000);
    expect((await run(['proof', 'export'])).code).toBe(0);
    const verify = ['verify', '-proof', 'go.sum.proof', '-policy', policy];
    expect((await run(verify, { GOPROXY: 'off' })).code).toBe(0);
    expect((await run([...verify, '-max-age', '24h'], { GOPROXY: 'off' })).code).toBe(1);
  });

  test('a policy that cannot be read or understood stops the command', async () => {
    const broken = join(world.dir, 'broken');
    writeFileSync(broken, policyText.replace('group g 2', 'group g 3'));
    for (const [file, words] of [
      [broken, 'line 3'],
      [join(world.dir, 'absent'), 'absent'],
    ] as const) {
      const { code, stderr } = await run(['verify', '-policy', file]);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    }
    expect((await run(['verify', '-max-age', '1h'])).code).toBe(1);
    expect((await run(['verify', '-policy='], { TSGOGET_WITNESS_POLICY: broken })).code).toBe(0);
  });
});
