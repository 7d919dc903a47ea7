/**
 * The claims around go.sum that `verify` checks: what the module cache holds, what vendor/ holds, what changed since a revision,
 * and what a GitHub Actions runner is told. With the built program, on loopback; every attack has the twin that must succeed.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { VerifyDocument } from '../../src/checks/index.js';
import type { MirrorModule } from '../support/fixture-mirror.js';
import { sumsOf } from '../support/fixture-world.js';
import { type RunningWorld, startWorld } from './world.js';

const kit: MirrorModule = {
  path: 'example.com/kit',
  version: 'v1.2.0',
  files: {
    'go.mod': 'module example.com/kit\n\ngo 1.18\n',
    'go.sum': '',
    LICENSE: 'Do as you like.\n',
    'README.md': 'A kit.\n',
    'kit.go': 'package kit\n\nimport "embed"\n\n//go:embed data\nvar Data embed.FS\n',
    'kit_test.go': 'package kit\n',
    'gen.go': '//go:build ignore\n\npackage main\n',
    'dos.txt': 'one\r\ntwo\r\n',
    'data/one.txt': 'one\n',
    'data/.hidden': '',
    'sub/sub.go': 'package sub\n',
    'sub/testdata/x.txt': 'x\n',
    'unused/unused.go': 'package unused\n',
  },
};
const { path, version } = kit;
const sums = sumsOf(kit);
const goSum = `${path} ${version} ${sums.zip}\n${path} ${version}/go.mod ${sums.mod}\n`;
const goMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;
const modulesTxt = `# ${path} ${version}\n## explicit; go 1.18\n${path}\n${path}/sub\n`;
const vendored = ['LICENSE', 'README.md', 'kit.go', 'dos.txt', 'data/one.txt', 'sub/sub.go'];

interface Checkout {
  readonly world: RunningWorld;
  readonly dir: string;
  verify(...args: string[]): Promise<{ code: number; document: VerifyDocument; stdout: string }>;
  file(name: string): string;
  write(name: string, data: string | Uint8Array): void;
}

/** A checkout that vendors the kit. */
async function checkout(files: Record<string, string> = {}, more: readonly MirrorModule[] = []) {
  const world = await startWorld({ modules: [kit, ...more] });
  const dir = world.mainModule({ 'go.mod': goMod, 'go.sum': goSum, ...files });
  const file = (name: string) => join(dir, name);
  const made: Checkout & AsyncDisposable = {
    world,
    dir,
    file,
    async verify(...args) {
      const { code, stdout, stderr } = await world.run(['verify', '--json', ...args], { cwd: dir });
      if (stdout === '') throw new Error(stderr);
      return { code, stdout, document: JSON.parse(stdout) as VerifyDocument };
    },
    write(name, data) {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), data);
    },
    [Symbol.asyncDispose]: () => world.close(),
  };
  return made;
}

const vendorFiles = (text = modulesTxt) => ({
  'vendor/modules.txt': text,
  ...Object.fromEntries(vendored.map((name) => [`vendor/${path}/${name}`, kit.files![name] as string])),
});
const findings = (document: VerifyDocument, claim: string) =>
  document.Claims.find((c) => c.Claim === claim)!.Findings.map(
    (f) => `${f.Weight} ${f.File ?? f.Path ?? ''}: ${f.Message}`,
  );

describe.concurrent('vendor/', () => {
  const claim = 'vendor-matches-zips';
  const place = `vendor/${path}`;

  test('as go mod vendor makes it is proven, and is not changed', async () => {
    await using c = await checkout(vendorFiles());
    const { code, document } = await c.verify();
    expect(document.Claims.find((x) => x.Claim === claim)).toEqual({ Claim: claim, Checked: 7, Findings: [] });
    expect(document.Claims.find((x) => x.Claim === 'modules-txt-agrees-with-go-mod')!.Findings).toEqual([]);
    expect(code).toBe(0);
    for (const name of vendored) expect(readFileSync(c.file(`${place}/${name}`), 'utf8')).toBe(kit.files![name]);
    expect(readFileSync(c.file('go.sum'), 'utf8')).toBe(goSum);
  });

  test.each<[string, (c: Checkout) => void, string]>([
    [
      'an added file',
      (c) => c.write(`${place}/evil.go`, 'package kit\n'),
      `refuted ${place}/evil.go: is in no zip of a module that vendor/modules.txt lists`,
    ],
    [
      'an added folder beside the modules',
      (c) => c.write('vendor/evil.test/x/x.go', 'package x\n'),
      'refuted vendor/evil.test/x/x.go: is in no zip of a module that vendor/modules.txt lists',
    ],
    [
      'an added file at the top',
      (c) => c.write('vendor/.gitkeep', ''),
      'refuted vendor/.gitkeep: is in no zip of a module that vendor/modules.txt lists',
    ],
    [
      'a changed byte',
      (c) => c.write(`${place}/kit.go`, (kit.files!['kit.go'] as string).replace('Data', 'Dato')),
      `refuted ${place}/kit.go: differs from its zip: it is not what ${path}@${version} has`,
    ],
    [
      'an emptied file',
      (c) => c.write(`${place}/LICENSE`, ''),
      `refuted ${place}/LICENSE: differs from its zip: it is not what ${path}@${version} has`,
    ],
    [
      'a file with the content of another',
      (c) => c.write(`${place}/kit.go`, kit.files!['sub/sub.go'] as string),
      `refuted ${place}/kit.go: differs from its zip: it is not what ${path}@${version} has`,
    ],
    [
      'a missing file',
      (c) => unlinkSync(c.file(`${place}/sub/sub.go`)),
      `refuted ${place}/sub/sub.go: is missing: ${path}@${version} has it`,
    ],
    [
      'a missing embedded file',
      (c) => rmSync(c.file(`${place}/data`), { recursive: true }),
      `refuted ${place}/data/one.txt: is missing: ${path}@${version} has it`,
    ],
    [
      'LF made CRLF',
      (c) => c.write(`${place}/kit.go`, (kit.files!['kit.go'] as string).replaceAll('\n', '\r\n')),
      `refuted ${place}/kit.go: differs in its line ends alone (git changes them unless .gitattributes says: vendor/** -text): it is not what ${path}@${version} has`,
    ],
    [
      'CRLF made LF',
      (c) => c.write(`${place}/dos.txt`, 'one\ntwo\n'),
      `refuted ${place}/dos.txt: differs in its line ends alone (git changes them unless .gitattributes says: vendor/** -text): it is not what ${path}@${version} has`,
    ],
    [
      'a link in place of a file',
      (c) => {
        renameSync(c.file(`${place}/kit.go`), c.file('kit.go'));
        symlinkSync('../../../kit.go', c.file(`${place}/kit.go`));
      },
      `refuted ${place}/kit.go: is a symbolic link`,
    ],
    [
      'a link in place of a folder',
      (c) => {
        renameSync(c.file(`${place}/sub`), c.file('sub'));
        symlinkSync('../../../sub', c.file(`${place}/sub`));
      },
      `refuted ${place}/sub: is a symbolic link`,
    ],
    [
      'a link in place of it all',
      (c) => {
        renameSync(c.file('vendor'), c.file('other'));
        symlinkSync('other', c.file('vendor'));
      },
      'refuted vendor: vendor is a symbolic link: what it leads to is no part of the checkout',
    ],
    [
      'a name that only looks the same',
      (c) => c.write(`${place}/sub/ѕub.go`, 'package sub\n'), // U+0455
      `refuted ${place}/sub/ѕub.go: is in no zip of a module that vendor/modules.txt lists`,
    ],
  ])('%s is refuted', async (_, change, finding) => {
    await using c = await checkout(vendorFiles());
    change(c);
    const { code, document } = await c.verify();
    expect(findings(document, claim)).toContain(finding);
    expect([code, document.Verdict]).toEqual([3, 'refuted']);
  });

  test('what the zip has and go mod vendor leaves out is noted', async () => {
    await using c = await checkout(vendorFiles());
    for (const name of ['kit_test.go', 'gen.go', 'sub/testdata/x.txt']) c.write(`${place}/${name}`, kit.files![name]!);
    const { code, document } = await c.verify();
    const words = `is as ${path}@${version} has it, but go mod vendor does not copy it`;
    expect(findings(document, claim)).toEqual([
      `note ${place}/gen.go: ${words}`,
      `note ${place}/kit_test.go: ${words}`,
      `note ${place}/sub/testdata/x.txt: ${words}`,
    ]);
    expect(code).toBe(0);
  });

  test('a zip that is not what go.sum records proves nothing, whatever the cache says of it', async () => {
    await using c = await checkout(vendorFiles());
    expect((await c.verify()).code).toBe(0);
    // both the zip and the hash beside it are replaced, and vendor/ with them
    const evil = { ...kit, files: { ...kit.files, 'kit.go': 'package evil\n' } };
    await using other = await startWorld({ modules: [evil] });
    const lines = sumsOf(evil);
    const dir = other.mainModule({
      'go.mod': goMod,
      'go.sum': `${path} ${version} ${lines.zip}\n${path} ${version}/go.mod ${lines.mod}\n`,
    });
    expect((await other.run(['mod', 'download'], { cwd: dir })).code).toBe(0);
    const name = `${path}/@v/${version}`;
    cpSync(other.downloaded(`${name}.zip`), c.world.downloaded(`${name}.zip`));
    c.write(`${place}/kit.go`, 'package evil\n');
    const withOldHash = await c.verify();
    expect([withOldHash.code, findings(withOldHash.document, claim).join()]).toEqual([
      3,
      expect.stringContaining(
        `refuted ${path}: cannot be compared with its vendored files: verifying ${path}@${version}`,
      ),
    ]);
    cpSync(other.downloaded(`${name}.ziphash`), c.world.downloaded(`${name}.ziphash`));
    expect((await c.verify()).code).toBe(3);
  });

  test('an outage is no refutation, and no pass', async () => {
    await using c = await checkout(vendorFiles());
    const env = { ...c.world.env, GOPROXY: 'http://127.0.0.1:9', GOFLAGS: '' };
    const { code, stdout } = await c.world.run(['verify', '--json'], { cwd: c.dir, env });
    const document = JSON.parse(stdout) as VerifyDocument;
    expect([code, document.Verdict]).toEqual([1, 'not verified']);
    expect(document.Claims.flatMap((x) => x.Findings).filter((f) => f.Weight === 'refuted')).toEqual([]);
  });

  test('--vendor=false leaves it alone; --vendor where there is none cannot be checked', async () => {
    await using c = await checkout(vendorFiles());
    c.write('vendor/evil.go', '');
    expect((await c.verify('--vendor=false')).code).toBe(0);
    rmSync(c.file('vendor'), { recursive: true });
    expect((await c.verify()).code).toBe(0);
    const { code, document } = await c.verify('--vendor');
    expect([code, findings(document, claim)]).toEqual([1, ['unchecked vendor: there is no vendor folder']]);
  });

  test('a private module that no proxy serves is skipped by the settings, which is said; --strict fails', async () => {
    await using c = await checkout(vendorFiles());
    // its site is reached over plain http, through a web proxy, and knows nothing of it
    const site = createServer((_, response) => void response.writeHead(404).end());
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void site.close());
    const env = {
      GOPRIVATE: path,
      GOINSECURE: path,
      HTTP_PROXY: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    };
    const run = async (...args: string[]) => c.world.run(['verify', '--json', ...args], { cwd: c.dir, env });
    const { code, stdout } = await run();
    expect(findings(JSON.parse(stdout), claim).join()).toMatch(
      /^note example\.com\/kit: its vendored files were skipped: GOPRIVATE or GONOSUMDB matches it, and /,
    );
    expect(code).toBe(0);
    expect((await run('--strict')).code).toBe(1);
    expect(c.world.mirror.requests.filter((r) => JSON.stringify(r).includes('kit'))).toEqual([]);
    // what is no module's file is refuted all the same
    c.write('vendor/evil.test/x.go', 'package x\n');
    expect((await run()).code).toBe(3);
  });

  test('a private module whose site cannot be reached is not checked: an outage is no pass', async () => {
    await using c = await checkout(vendorFiles());
    const { code, stdout } = await c.world.run(['verify', '--json'], { cwd: c.dir, env: { GOPRIVATE: path } });
    expect([code, findings(JSON.parse(stdout), claim).join()]).toEqual([1, expect.stringMatching(/^unchecked /)]);
  });

  test('a made-up private module hides nothing of a module below its path (issue 11, A.5)', async () => {
    const text = `${modulesTxt}# example.com v1.0.0\n## explicit\nexample.com\n`;
    await using c = await checkout({
      ...vendorFiles(text),
      'go.mod': `${goMod}require example.com v1.0.0\n`,
      'vendor/example.com/private.go': 'package private\n',
    });
    const site = createServer((_, response) => void response.writeHead(404).end());
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void site.close());
    const HTTP_PROXY = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const env = { GOPRIVATE: 'example.com', GONOPROXY: 'example.com', GOINSECURE: 'example.com', HTTP_PROXY };
    await c.world.run(['mod', 'download', path], { cwd: c.dir }); // proven, and in the cache
    const run = async () => {
      const { code, stdout } = await c.world.run(['verify', '--json'], { cwd: c.dir, env });
      return { code, found: findings(JSON.parse(stdout), claim) };
    };
    const honest = await run();
    expect(honest.code).toBeLessThan(3);
    expect(honest.found.filter((f) => !f.startsWith('note'))).toEqual([]);
    c.write(`${place}/evil.go`, 'package kit\n');
    const attacked = await run();
    expect(attacked.found).toContain(
      `refuted ${place}/evil.go: is in no zip of a module that vendor/modules.txt lists`,
    );
    expect(attacked.code).toBe(3);
  });

  test('one of many embedded files that is gone is missed; wildcards without end are not checked (issue 11, A.5)', async () => {
    const names = Array.from({ length: 2500 }, (_, i) => `n${String(i).padStart(4, '0')}`);
    const files = Object.fromEntries(names.map((name) => [`data/${name}`, '']));
    const embeds = (pattern: (name: string) => string) =>
      `package many\n\nimport "embed"\n\n//go:embed ${names.map(pattern).join(' ')}\nvar Files embed.FS\n`;
    const many = (name: string, source: string): MirrorModule => {
      const own = `example.com/${name}`;
      return { path: own, version: 'v1.0.0', files: { 'go.mod': `module ${own}\n`, 'many.go': source, ...files } };
    };
    const plain = many(
      'plain',
      embeds((name) => `data/${name}`),
    );
    const wild = many(
      'wild',
      embeds((name) => `data/*${name}`),
    );
    for (const [m, honest, attacked] of [
      [plain, 0, 3],
      [wild, 1, 1],
    ] as const) {
      const own = sumsOf(m);
      const vendor = Object.entries(m.files!).filter(([name]) => name !== 'go.mod');
      await using c = await checkout(
        {
          'go.mod': `module example.com/me\n\ngo 1.21\n\nrequire ${m.path} v1.0.0\n`,
          'go.sum': `${m.path} v1.0.0 ${own.zip}\n${m.path} v1.0.0/go.mod ${own.mod}\n`,
          'vendor/modules.txt': `# ${m.path} v1.0.0\n## explicit\n${m.path}\n`,
          ...Object.fromEntries(vendor.map(([name, text]) => [`vendor/${m.path}/${name}`, text as string])),
        },
        [m],
      );
      const before = await c.verify();
      expect([before.code, findings(before.document, claim)]).toEqual([
        honest,
        m === plain
          ? []
          : [
              `unchecked ${m.path}: whether all that it embeds is vendored is not known: its embed patterns have more matches than are looked through`,
            ],
      ]);
      unlinkSync(c.file(`vendor/${m.path}/data/n2000`));
      expect((await c.verify()).code).toBe(attacked);
    }
  });

  test('modules replaced by another module, and by a folder', async () => {
    const fork = { ...kit, path: 'example.com/fork', version: 'v0.1.0' };
    const forkSums = sumsOf(fork);
    const forkLines = `${fork.path} ${fork.version} ${forkSums.zip}\n${fork.path} ${fork.version}/go.mod ${forkSums.mod}\n`;
    await using c = await checkout(
      {
        ...vendorFiles(modulesTxt.replace(version, `${version} => ${fork.path} ${fork.version}`)),
        'go.mod': `${goMod}\nreplace ${path} ${version} => ${fork.path} ${fork.version}\n`,
        'go.sum': forkLines,
      },
      [fork],
    );
    expect(await c.verify()).toMatchObject({ code: 0 });
    c.write(`${place}/kit.go`, 'package evil\n');
    expect((await c.verify()).code).toBe(3);

    // the folder's go.mod keeps its name
    for (const [name, text] of Object.entries(kit.files!)) c.write(`own/${name}`, text);
    c.write('go.mod', `${goMod}\nreplace ${path} ${version} => ./own\n`);
    c.write('go.sum', '');
    c.write('vendor/modules.txt', modulesTxt.replace(version, `${version} => ./own`));
    c.write(`${place}/kit.go`, kit.files!['kit.go']!);
    const folder = await c.verify();
    expect(findings(folder.document, claim)).toEqual([
      `note ${path}: compared with the folder ./own that replaces it, which nothing proves`,
    ]);
    expect(folder.code).toBe(0);
    c.write(`${place}/sub/sub.go`, 'package evil\n');
    expect((await c.verify()).code).toBe(3);
  });
});

describe.concurrent('vendor/modules.txt', () => {
  const agree = 'modules-txt-agrees-with-go-mod';
  const match = 'vendor-matches-zips';

  test.each<[string, string, string, string]>([
    [
      'not marked',
      modulesTxt.replace('explicit; ', ''),
      agree,
      'is explicitly required in go.mod, but not marked as explicit',
    ],
    ['another version', modulesTxt.replace(version, 'v1.1.0'), agree, 'not explicitly required in go.mod'],
    [
      'a replacement',
      modulesTxt.replace(version, `${version} => ./evil`),
      agree,
      'is marked as replaced in vendor/modules.txt, but not replaced in go.mod',
    ],
    [
      'for a workspace',
      `## workspace\n${modulesTxt}`,
      agree,
      'Outside workspace mode, but vendor directory is for a workspace.',
    ],
    ['empty', '', agree, 'is explicitly required in go.mod, but not marked as explicit'],
    [
      'an indirect module that is not selected',
      `${modulesTxt}# example.com/words v0.3.0\n## go 1.17\nexample.com/words\n`,
      agree,
      'lists example.com/words@v0.3.0, which is not in the build list',
    ],
    [
      'another go version',
      modulesTxt.replace('go 1.18', 'go 1.17'),
      match,
      'vendor/modules.txt says go 1.17, its go.mod go 1.18',
    ],
    [
      'no go version',
      modulesTxt.replace('; go 1.18', ''),
      match,
      'vendor/modules.txt says no go version, its go.mod go 1.18',
    ],
    [
      'a package of another module',
      modulesTxt.replace(`${path}/sub`, 'evil.test/x'),
      match,
      `lists package evil.test/x under ${path}@${version}, which cannot provide it`,
    ],
    [
      'a package that is not there',
      `${modulesTxt}${path}/none\n`,
      match,
      `lists package ${path}/none, which ${path}@${version} does not have`,
    ],
    ['a package twice', `${modulesTxt}${path}/sub\n`, match, `lists package ${path}/sub twice`],
    [
      'two versions',
      `${modulesTxt}# ${path} v1.1.0\n${path}/unused\n`,
      match,
      'lists packages of two versions: v1.2.0 and v1.1.0',
    ],
    [
      'a package of the main module',
      `${modulesTxt}# example.com/me v1.0.0\nexample.com/me/x\n`,
      match,
      'lists package example.com/me/x of example.com/me, which is a main module',
    ],
    [
      'a module without version',
      `${modulesTxt}# evil.test/x => ./evil\nevil.test/x\n`,
      match,
      'under evil.test/x, which nothing replaces and which has no version',
    ],
  ])('%s is refuted', async (_, text, claim, words) => {
    await using c = await checkout({ ...vendorFiles(), 'vendor/modules.txt': text });
    const { code, document } = await c.verify();
    expect(findings(document, claim).join('\n')).toContain(words);
    expect(code).toBe(3);
  });

  test('none at all', async () => {
    await using c = await checkout(vendorFiles());
    unlinkSync(c.file('vendor/modules.txt'));
    const { code, document } = await c.verify();
    expect(findings(document, agree)).toContain(
      'refuted vendor/modules.txt: there is a vendor folder without modules.txt',
    );
    expect(code).toBe(3);
  });
});

describe.concurrent('--cache', () => {
  const claim = 'cache-matches-go-sum';
  const base = `${path}/@v/${version}`;

  /** A checkout whose modules are all in the cache. */
  async function filled() {
    const c = await checkout();
    expect((await c.world.run(['mod', 'download'], { cwd: c.dir })).code).toBe(0);
    return c;
  }
  const flip = (name: string, at: number) => {
    const data = readFileSync(name);
    data[at]! ^= 1;
    chmodSync(name, 0o644);
    writeFileSync(name, data);
  };
  const folderOf = (c: Checkout) => join(c.world.modcache, `${path}@${version}`);

  test('what was downloaded is what go.sum records; nothing is asked for a second time', async () => {
    await using c = await filled();
    const before = c.world.snapshot();
    const { code, document } = await c.verify('--cache');
    expect(document.Claims.find((x) => x.Claim === claim)).toEqual({ Claim: claim, Checked: 3, Findings: [] });
    expect(code).toBe(0);
    for (const [name, data] of before) if (name.includes(path)) expect(c.world.snapshot().get(name)).toBe(data);
  });

  test('without the flag it is not looked at', async () => {
    await using c = await filled();
    flip(join(folderOf(c), 'LICENSE'), 3);
    expect((await c.verify()).document.Claims.map((x) => x.Claim)).not.toContain(claim);
  });

  test.each<[string, (c: Checkout) => void, string]>([
    [
      'a bit of the zip',
      (c) => {
        const name = c.world.downloaded(`${base}.zip`);
        flip(name, readFileSync(name).indexOf('LICENSE') + 'LICENSE'.length + 2);
      },
      'the cached zip',
    ],
    [
      'a bit of the folder',
      (c) => flip(join(folderOf(c), 'LICENSE'), 3),
      'refuted go.sum: the cached folder is not what go.sum records',
    ],
    [
      'a bit of the go.mod file',
      (c) => flip(c.world.downloaded(`${base}.mod`), 30),
      'refuted go.sum: the cached go.mod file is not what go.sum records',
    ],
    [
      'a file too many',
      (c) => {
        chmodSync(folderOf(c), 0o755);
        writeFileSync(join(folderOf(c), 'evil.go'), 'package kit\n');
      },
      'refuted go.sum: the cached folder is not what go.sum records',
    ],
    [
      'a file too few',
      (c) => {
        chmodSync(folderOf(c), 0o755);
        unlinkSync(join(folderOf(c), 'LICENSE'));
      },
      'refuted go.sum: the cached folder is not what go.sum records',
    ],
    [
      'a link in the folder',
      (c) => {
        chmodSync(folderOf(c), 0o755);
        unlinkSync(join(folderOf(c), 'LICENSE'));
        writeFileSync(join(c.world.outside, 'LICENSE'), 'Free.\n');
        symlinkSync(join(c.world.outside, 'LICENSE'), join(folderOf(c), 'LICENSE'));
      },
      'not a regular file',
    ],
    [
      'the hash beside the zip',
      (c) => writeFileSync(c.world.downloaded(`${base}.ziphash`), `h1:${'A'.repeat(43)}=`),
      `refuted ${path}: the hash that was recorded at the download is not that of the cached module`,
    ],
    [
      'a folder that is a link',
      (c) => {
        chmodSync(dirname(folderOf(c)), 0o755);
        chmodSync(folderOf(c), 0o755);
        renameSync(folderOf(c), join(c.world.dir, 'elsewhere'));
        symlinkSync(join(c.world.dir, 'elsewhere'), folderOf(c));
      },
      'is a symbolic link',
    ],
    [
      'a folder above that is a link',
      (c) => {
        renameSync(join(c.world.modcache, 'example.com'), join(c.world.dir, 'elsewhere'));
        symlinkSync(join(c.world.dir, 'elsewhere'), join(c.world.modcache, 'example.com'));
      },
      'is a symbolic link',
    ],
    [
      'no zip at all',
      (c) => writeFileSync(c.world.downloaded(`${base}.zip`), 'not a zip'),
      `refuted ${path}: the cached zip: `,
    ],
  ])('%s is refuted', async (_, change, words) => {
    await using c = await filled();
    change(c);
    const { code, document } = await c.verify('--cache');
    const said = findings(document, claim).join('\n');
    expect(said).toContain(words);
    expect(said).toContain('refuted ');
    expect(code).toBe(3);
  });

  test('the zip and the hash beside it, both replaced', async () => {
    await using c = await filled();
    const evil = { ...kit, files: { ...kit.files, 'kit.go': 'package evil\n' } };
    await using other = await startWorld({ modules: [evil] });
    expect((await other.run(['mod', 'download', `${path}@${version}`])).code).toBe(0);
    for (const suffix of ['zip', 'ziphash']) {
      cpSync(other.downloaded(`${base}.${suffix}`), c.world.downloaded(`${base}.${suffix}`));
    }
    const { code, document } = await c.verify('--cache');
    const finding = document.Claims.find((x) => x.Claim === claim)!.Findings.find((f) => f.Message.includes('zip'));
    expect(finding).toMatchObject({
      Weight: 'refuted',
      File: 'go.sum',
      Line: 1,
      Want: sums.zip,
      Got: sumsOf(evil).zip,
    });
    expect(code).toBe(3);
  });

  test('a folder that was not extracted to the end is noted; a cached zip that go.sum does not know is counted', async () => {
    await using c = await filled();
    writeFileSync(c.world.downloaded(`${base}.partial`), '');
    const partial = await c.verify('--cache');
    expect(findings(partial.document, claim)).toEqual([
      `note ${path}: its folder was not extracted to the end; the go command will extract it again`,
    ]);
    expect(partial.code).toBe(0);
    unlinkSync(c.world.downloaded(`${base}.partial`));
    c.write('go.sum', goSum.split('\n')[1]!.concat('\n'));
    const { document } = await c.verify('--cache');
    expect(findings(document, claim)).toEqual([
      'note : 1 cached file that go.sum has no line for was compared with nothing but what was recorded at the download',
    ]);
  });
});

const hasGit = (() => {
  try {
    return execFileSync('git', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasGit).concurrent('--changed', () => {
  const git = (dir: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: dir, stdio: 'pipe' });
  const words = { path: 'example.com/words', version: 'v0.3.0' };

  async function repository() {
    const c = await checkout();
    git(c.dir, 'init', '-q', '-b', 'main');
    git(c.dir, 'add', '-A');
    git(c.dir, 'commit', '-q', '-m', 'x');
    return c;
  }

  test('only the changed lines are proven, and what was left out is said', async () => {
    await using c = await repository();
    const known = sumsOf(c.world.modules.find((m) => m.path === words.path && m.version === words.version)!);
    c.write(
      'go.sum',
      `${goSum}${words.path} ${words.version} ${known.zip}\n${words.path} ${words.version}/go.mod ${known.mod}\n`,
    );
    const { code, document } = await c.verify('--changed', 'main');
    expect(document.Lines.map((l) => `${l.Line} ${l.Status}`)).toEqual(['3 proven', '4 proven']);
    expect(document.Changed).toEqual({ Revision: expect.stringMatching(/^main \([0-9a-f]{12}\)$/), LeftOut: 2 });
    expect(document.Summary).toContain('2 lines unchanged since main');
    expect(code).toBe(0);
    c.write('go.sum', `${goSum}${words.path} ${words.version} ${sums.zip}\n`);
    expect((await c.verify('--changed', 'HEAD')).code).toBe(3);
  });

  test('a revision that is none: nothing is written, nothing is run', async () => {
    await using c = await repository();
    for (const revision of ['--output=pwned', '-', '$(touch pwned)', 'nosuch']) {
      const { code, stdout, stderr } = await c.world.run(['verify', `--changed=${revision}`], { cwd: c.dir });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`--changed: unknown revision ${JSON.stringify(revision)}`);
    }
    expect((await c.world.run(['verify', '--changed='], { cwd: c.dir })).code).toBe(2);
    expect(git(c.dir, 'status', '--porcelain').toString()).toBe('');
  });
});

describe.concurrent('in GitHub Actions', () => {
  const wrong = `${path} ${version} h1:${'A'.repeat(43)}=\n`;

  test('lines that differ are annotated where they stand, and the summary is written', async () => {
    await using c = await checkout({ 'go.sum': `\n${wrong}${goSum.split('\n')[1]}\n` });
    const summary = join(c.world.dir, 'summary.md');
    writeFileSync(summary, '');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: dirname(c.dir), GITHUB_STEP_SUMMARY: summary };
    const { code, stdout } = await c.world.run(['verify'], { cwd: c.dir, env });
    expect(code).toBe(3);
    const commands = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(commands[0]).toMatch(
      /^::error file=main0\/go\.sum,line=2,title=tsgoget%3A differs::example\.com\/kit@v1\.2\.0: /,
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/### ❌ tsgoget verify: refuted\n/);
    const json = await c.world.run(['verify', '--json'], { cwd: c.dir, env });
    expect(JSON.parse(json.stdout)).toMatchObject({ ExitCode: 3 });
  });

  test('what a checkout says cannot give the runner orders', async () => {
    const hostile = [
      '::error::pwned',
      '%0A::error::pwned',
      '\u001b[31mred',
      'a\u202eb',
      '<img/src=x>',
      '`|`',
      '::add-mask::x',
      '##[error]pwned',
      'x\r::error::pwned',
    ];
    const lines = hostile.flatMap((text) => [
      `${text} v1.0.0 h1:${'A'.repeat(43)}=`,
      `example.com/x ${text} h1:${'A'.repeat(43)}=`,
      `example.com/x v1.0.0 ${text}`,
      text,
    ]);
    await using c = await checkout({ 'go.sum': `${goSum}${lines.join('\n')}\n`, ...vendorFiles() });
    c.write(`vendor/${path}/::error::pwned,line=1%0A.go`, 'package x\n');
    const summary = join(c.world.dir, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: c.dir, GITHUB_STEP_SUMMARY: summary };
    const { code, stdout, stderr } = await c.world.run(['verify'], { cwd: c.dir, env });
    expect(code).toBe(3);
    const commands = stdout.split(/\r?\n|\r/).filter((line) => /^\s*(?:::|##\[)/.test(line));
    expect(commands).toHaveLength(10);
    for (const command of commands) {
      expect(command).toMatch(/^::error (?:file=[^,:]+,)?(?:line=\d+,)?title=tsgoget%3A [a-z ]+::\S/);
    }
    const markdown = readFileSync(summary, 'utf8');
    for (const text of [stdout, stderr, markdown]) expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(stderr).not.toMatch(/^\s*(?:::|##\[)/m);
    expect(markdown).not.toMatch(/<(?!\/?code>)|`|pwned\n|^::/m);
    expect(
      markdown
        .split('\n')
        .filter((l) => l.includes('pwned'))
        .every((l) => /^\| .* \|$/.test(l)),
    ).toBe(true);
  });
});
