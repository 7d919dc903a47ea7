/** `verify` and `proof export` over files that are none: pipes, devices, files of any size, names that cannot be read. None is waited for, read to its end, or passed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { VerifyDocument } from '../../src/checks/index.js';
import { openWorld, sumsOf, type World } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const kit = {
  path: 'example.com/kit',
  version: 'v1.2.0',
  files: {
    'go.mod': 'module example.com/kit\n\ngo 1.18\n',
    LICENSE: 'Do as you like.\n',
    'kit.go': 'package kit\n',
    'part/old.go': 'package part\n',
  },
};
/** Its package is in a folder that the kit has too. */
const part = {
  path: 'example.com/kit/part',
  version: 'v1.0.0',
  files: { 'go.mod': 'module example.com/kit/part\n\ngo 1.18\n', 'part.go': 'package part\n' },
};
const goMod = `module example.com/me\n\ngo 1.21\n\nrequire (\n\t${kit.path} ${kit.version}\n\t${part.path} ${part.version}\n)\n`;
const goSum = [kit, part]
  .map((m) => `${m.path} ${m.version} ${sumsOf(m).zip}\n${m.path} ${m.version}/go.mod ${sumsOf(m).mod}\n`)
  .join('');
const modulesTxt = [kit, part].map((m) => `# ${m.path} ${m.version}\n## explicit; go 1.18\n${m.path}\n`).join('');
const vendor = {
  'vendor/modules.txt': modulesTxt,
  'vendor/example.com/kit/LICENSE': kit.files.LICENSE,
  'vendor/example.com/kit/kit.go': kit.files['kit.go'],
  'vendor/example.com/kit/part/part.go': part.files['part.go'],
};
const cached = 'example.com/kit/@v/v1.2.0';

const makePipe = (file: string) => {
  rmSync(file, { force: true, recursive: true });
  execFileSync('mkfifo', [file]);
};
const makeEndless = (file: string) => {
  rmSync(file, { force: true });
  symlinkSync('/dev/zero', file);
};
const makeHuge = (file: string) => {
  chmodSync(file, 0o644);
  truncateSync(file, 1e12);
};

describe.skipIf(process.platform === 'win32')('files that are none', () => {
  let world: World;
  let dir: string;
  const file = (name: string) => join(dir, name);
  const write = (name: string, data: string) => {
    mkdirSync(dirname(file(name)), { recursive: true });
    writeFileSync(file(name), data);
  };
  const run = (...args: string[]) => runMain(world, args, { cwd: dir });
  const verify = async (...args: string[]) => {
    const { code, stdout } = await run('verify', '--json', ...args);
    return { code, document: JSON.parse(stdout) as VerifyDocument };
  };
  const findings = ({ document }: { document: VerifyDocument }, claim: string) =>
    document.Claims.find((c) => c.Claim === claim)!.Findings.map(
      (f) => `${f.Weight} ${f.File ?? f.Path}: ${f.Message}`,
    );
  beforeAll(async () => {
    world = await openWorld({ modules: [kit, part] });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    dir = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum });
  });

  test.each<[string, (name: string) => void]>([
    ['a pipe', makePipe],
    ['a device', makeEndless],
  ])('%s as go.sum, as a proof file, as modules.txt: not checked', async (_, make) => {
    make(file('x.proof'));
    expect(await run('verify', '--proof', 'x.proof')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('open x.proof: not a regular file'),
    });
    for (const [name, data] of Object.entries(vendor)) write(name, data);
    make(file('vendor/modules.txt'));
    expect((await verify()).code).toBe(1);
    make(file('go.sum'));
    expect(await run('verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('not a regular file') });
  });

  test('a go.sum of more lines than anybody has, and a proof file larger than any', async () => {
    write('go.sum', 'x\n'.repeat(300_000));
    expect(await run('verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('more than 262144 lines') });
    write('go.sum', goSum);
    write('x.proof', '');
    makeHuge(file('x.proof'));
    const { code, stderr } = await run('verify', '--proof', 'x.proof');
    expect([code, stderr]).toEqual([1, expect.stringContaining('x.proof: more than 33554432 bytes')]);
  });

  test('of more findings than a person reads the number is told', async () => {
    write('go.sum', goSum + 'x\n'.repeat(1200));
    const result = await verify();
    const said = findings(result, 'go-sum-is-well-formed');
    expect([result.code, said.length, said.at(-1)]).toEqual([
      1,
      1001,
      'unchecked undefined: 200 more findings like these',
    ]);
  });

  describe('vendor/', () => {
    beforeEach(() => {
      for (const [name, data] of Object.entries(vendor)) write(name, data);
    });

    test('a file that only the module above has gets into no package of the module below', async () => {
      const clean = await verify();
      expect([clean.code, findings(clean, 'vendor-matches-zips')]).toEqual([0, []]);
      write('vendor/example.com/kit/part/old.go', kit.files['part/old.go']);
      const result = await verify();
      expect([result.code, findings(result, 'vendor-matches-zips')]).toEqual([
        3,
        ['refuted vendor/example.com/kit/part/old.go: is in no zip of a module that vendor/modules.txt lists'],
      ]);
    });

    test('a file of another size is refuted without being read', async () => {
      makeHuge(file('vendor/example.com/kit/kit.go'));
      const result = await verify();
      expect([result.code, findings(result, 'vendor-matches-zips')]).toEqual([
        3,
        [expect.stringContaining('kit.go: differs from its zip')],
      ]);
    });

    test('modules.txt names a module that go.mod does not, though it lists no package of it', async () => {
      write('vendor/modules.txt', `${modulesTxt}# example.com/words v0.3.0\n## explicit\n`);
      const result = await verify();
      expect([result.code, findings(result, 'modules-txt-agrees-with-go-mod')]).toEqual([
        3,
        [
          'refuted vendor/modules.txt: vendor/modules.txt lists example.com/words@v0.3.0, which is not in the build list',
        ],
      ]);
    });

    test.skipIf(process.getuid?.() === 0)(
      'what cannot be read is not checked, and nothing in it is missing',
      async () => {
        chmodSync(file('vendor/example.com/kit/part'), 0);
        const result = await verify();
        chmodSync(file('vendor/example.com/kit/part'), 0o755);
        expect([result.code, findings(result, 'vendor-matches-zips')]).toEqual([
          1,
          [expect.stringMatching(/^unchecked vendor\/example\.com\/kit\/part: cannot be read/)],
        ]);
      },
    );

    test('with a proof file it is not looked at, which is said', async () => {
      expect((await run('proof', 'export')).code).toBe(0);
      const result = await verify('--proof', 'go.sum.proof');
      expect([result.code, findings(result, 'vendor-matches-zips')]).toEqual([
        0,
        [expect.stringMatching(/^note .*the vendor folder was not looked at/)],
      ]);
    });
  });

  describe('the cache', () => {
    const folder = () => join(world.modcache, 'example.com/kit@v1.2.0');
    beforeEach(async () => {
      chmodSync(world.dir, 0o755);
      expect((await run('clean', '-modcache')).code).toBe(0);
      expect((await run('mod', 'download')).code).toBe(0);
      chmodSync(folder(), 0o755);
    });

    test.each(['mod', 'zip', 'ziphash'])('a pipe as .%s is not waited for', async (suffix) => {
      makePipe(world.downloaded(`${cached}.${suffix}`));
      const result = await verify('--cache');
      expect([result.code, findings(result, 'cache-matches-go-sum')]).toEqual([
        3,
        [expect.stringContaining('is no regular file')],
      ]);
    });

    test.each(['mod', 'ziphash'])('a huge .%s is not read', async (suffix) => {
      makeHuge(world.downloaded(`${cached}.${suffix}`));
      const { code } = await verify('--cache');
      expect(code).toBe(1);
    });

    test.each<[string, () => void, string]>([
      ['a huge file', () => makeHuge(join(folder(), 'LICENSE')), 'more than 524288000 bytes'],
      [
        'a file in its place',
        () => {
          chmodSync(dirname(folder()), 0o755);
          rmSync(folder(), { recursive: true });
          writeFileSync(folder(), '');
        },
        'is no folder',
      ],
      ...(process.platform === 'linux'
        ? ([
            [
              'a name that is not UTF-8',
              () => writeFileSync(Buffer.from(`${folder()}/\xff.go`, 'latin1'), ''),
              'no name of a file in a module',
            ],
          ] as [string, () => void, string][])
        : []),
    ])('of the extracted folder, %s is refuted', async (_, change, words) => {
      change();
      const result = await verify('--cache');
      expect([result.code, findings(result, 'cache-matches-go-sum').join()]).toEqual([
        3,
        expect.stringContaining(words),
      ]);
    });
  });

  test('proof export puts no file in the place of a pipe or a folder', async () => {
    makePipe(file('pipe'));
    for (const name of ['pipe', '.', '']) {
      const { code, stderr } = await run('proof', 'export', '-o', name);
      expect([code, stderr]).toEqual([2, expect.stringContaining('is not a regular file')]);
    }
    expect(lstatSync(file('pipe')).isFIFO()).toBe(true);
  });
});
