/**
 * `explain-mismatch` over several mirrors: each class of mismatch has its twin without it. Whatever happens, nothing that was fetched stays,
 * neither in the module cache nor in the folder for temporary files.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { FixtureLog } from '../support/fixture-log.js';
import { type Fault, type Mirror, type MirrorModule, startMirror } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, sumsOf } from '../support/fixture-world.js';
import { writeZip } from '../support/module-zip-writer.js';
import type { RunOptions } from '../support/run-cli.js';
import { type RunningWorld, startWorld } from './world.js';

/** What a run left in its temporary folder; newer releases of node keep compiled code there. */
const namesIn = (folder: string) => readdirSync(folder).filter((name) => name !== 'node-compile-cache');

const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
for (const name of ['list', 'explain-mismatch']) {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')), name);
}
const validate = ajv.getSchema('explain-mismatch')!;

const path = 'example.com/thing';
const version = 'v1.0.0';
const subject = `${path}@${version}`;
const module: MirrorModule = {
  path,
  version,
  files: {
    'go.mod': `module ${path}\n\ngo 1.18\n`,
    'thing.go': 'package thing\n\n// Answer is the answer.\nconst Answer = 42\n',
    'README.md': '# thing\n\nA thing.\n',
  },
};
const withFiles = (files: Record<string, string | undefined>): MirrorModule => {
  const all = Object.entries({ ...module.files, ...files }).filter(([, data]) => data !== undefined);
  return { ...module, files: Object.fromEntries(all) as Record<string, string> };
};
const changed = withFiles({ 'thing.go': 'package thing\n\n// Answer is the answer.\nconst Answer = 43\n' });
const zipOf = ({ files = {} }: MirrorModule) =>
  writeZip(Object.entries(files).map(([name, data]) => ({ name: `${subject}/${name}`, data })));
const origin = {
  VCS: 'git',
  URL: 'https://git.example.com/thing',
  Hash: '89abcdef'.repeat(5),
  Ref: 'refs/tags/v1.0.0',
};
const fromOrigin = (m: MirrorModule): MirrorModule => ({
  ...m,
  info: { Version: version, Time: '2024-01-02T03:04:05Z', Origin: origin },
});

interface Document {
  readonly Verdict: string;
  readonly Class: string;
  readonly Query?: string;
  readonly Sources: { Kind: string; Name: string; GoMod: Said; Zip: Said; Record?: number }[];
  readonly Differences: {
    Part: string;
    Kind: string;
    Count: number;
    Files: { Name: string; Change: string; Kind: string; Line?: number; BaseText?: string; OtherText?: string }[];
  }[];
  readonly Evidence: string[];
  readonly Next: string[];
}
interface Said {
  readonly State: string;
  readonly Hashes?: string[];
  readonly Reason?: string;
  readonly Bytes?: number;
  readonly Fault?: string;
}

/** A world whose log has the true hashes, served by the first mirror, and others beside it. */
interface Stage extends AsyncDisposable {
  readonly world: RunningWorld;
  readonly others: readonly Mirror[];
  readonly tmp: string;
  /** Runs explain-mismatch and holds it to leaving nothing behind. */
  explain(args?: readonly string[], options?: RunOptions): Promise<{ code: number; stdout: string; stderr: string }>;
  judge(options?: RunOptions, args?: readonly string[]): Promise<{ code: number; document: Document; stderr: string }>;
}

interface StageOptions {
  readonly first?: MirrorModule | null;
  readonly others?: readonly (MirrorModule | null)[];
  readonly faults?: readonly Fault[];
  readonly separator?: string;
  readonly after?: string;
  readonly log?: FixtureLog;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

async function setStage(o: StageOptions = {}): Promise<Stage> {
  const log = o.log ?? logOf([...fixtureModules(), module]);
  const world = await startWorld({ modules: o.first === null ? [] : [o.first ?? module], log, faults: o.faults ?? [] });
  const others = await Promise.all((o.others ?? []).map((m) => startMirror({ modules: m === null ? [] : [m] })));
  const tmp = join(world.dir, 'tmp');
  mkdirSync(tmp);
  const GOPROXY = [world.mirror, ...others].map((m) => m.url).join(o.separator ?? ',') + (o.after ?? '');
  const env = { GOPROXY, TMPDIR: tmp, ...o.env };
  const explain: Stage['explain'] = async (args = [subject], options = {}) => {
    const before = world.snapshot();
    const result = await world.run(['explain-mismatch', ...args], { ...options, env: { ...env, ...options.env } });
    expect(namesIn(tmp)).toEqual([]);
    expect(world.snapshot()).toEqual(before);
    return result;
  };
  return {
    world,
    others,
    tmp,
    explain,
    async judge(options, args = [subject]) {
      const { code, stdout, stderr } = await explain(['-json', ...args], options);
      const document: unknown = JSON.parse(stdout || '{}');
      expect(validate(document) ? [] : validate.errors).toEqual([]);
      return { code, document: document as Document, stderr };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(others.map((m) => m.close()));
      await world.close();
    },
  };
}

/** A main module whose go.sum has these hashes. */
const goSum = (world: RunningWorld, { zip, mod }: { zip: string; mod: string } = sumsOf(module)) =>
  world.mainModule({
    'go.mod': `module example.com/me\n\ngo 1.18\n\nrequire ${path} ${version}\n`,
    'go.sum': `${path} ${version} ${zip}\n${path} ${version}/go.mod ${mod}\n`,
  });

const verdictOf = ({ code, document }: { code: number; document: Document }) => [
  code,
  document.Verdict,
  document.Class,
];
const agreed = [0, 'agreed', 'no-mismatch'];

describe.concurrent('no mismatch', () => {
  test('one mirror, go.sum and the log', async () => {
    await using stage = await setStage();
    const result = await stage.judge({ cwd: goSum(stage.world) });
    expect(verdictOf(result)).toEqual(agreed);
    expect(result.document.Sources.map((s) => [s.Kind, s.GoMod.State, s.Zip.State])).toEqual([
      ['log', 'has', 'has'],
      ['sum-file', 'has', 'has'],
      ['proxy', 'has', 'has'],
      ['cache', 'absent', 'absent'],
    ]);
    expect(result.document.Sources[1]!.Name).toBe('go.sum (line 1, 2)');
    expect([result.document.Differences, result.document.Evidence]).toEqual([[], []]);
  });

  test('every entry is asked, whatever stands between them; direct and off are not', async () => {
    for (const [separator, after] of [
      [',', ',direct'],
      ['|', '|off'],
    ] as const) {
      await using stage = await setStage({ others: [module, null], separator, after });
      const result = await stage.judge();
      expect(verdictOf(result)).toEqual(agreed);
      const proxies = result.document.Sources.filter((s) => s.Kind === 'proxy');
      expect(proxies.map((s) => s.Zip.State)).toEqual(['has', 'has', 'absent', 'not-asked']);
      for (const mirror of [stage.world.mirror, ...stage.others]) {
        const asked = ['info', 'mod', 'zip'].map((ext) => `${path}/@v/${version}.${ext}`);
        expect(mirror.paths()).toEqual(expect.arrayContaining(asked));
      }
    }
  });

  test('what the cache holds is compared too', async () => {
    await using stage = await setStage();
    expect(await stage.world.run(['mod', 'download', subject])).toMatchObject({ code: 0 });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual(agreed);
    expect(result.document.Sources.filter((s) => s.Kind === 'cache').map((s) => [s.Name, s.Zip.State])).toEqual([
      ['module cache', 'has'],
      ['module cache, .ziphash', 'has'],
      ['module cache, folder', 'has'],
    ]);
  });

  test('a query is resolved, and a folder entry in a zip is no damage', async () => {
    const data = zipOf(module);
    const zip = writeZip([
      { name: `${subject}/` },
      ...Object.entries(module.files!).map(([name, text]) => ({ name: `${subject}/${name}`, data: text })),
    ]);
    expect(zip.length).not.toBe(data.length);
    await using stage = await setStage({ first: { ...module, zip }, env: { GOSUMDB: 'off' } });
    expect(await stage.world.run(['mod', 'download', subject], { env: { GOSUMDB: 'off' } })).toMatchObject({ code: 0 });
    const result = await stage.judge({}, [`${path}@latest`]);
    expect([...verdictOf(result), result.document.Query]).toEqual([...agreed, 'latest']);
  });

  test('go.work.sum counts', async () => {
    await using stage = await setStage();
    const { zip, mod } = sumsOf(module);
    const root = stage.world.mainModule({
      'go.work': 'go 1.18\n\nuse ./a\n',
      'go.work.sum': `${path} ${version} ${zip}\n${path} ${version}/go.mod ${mod.replace(/.=$/, 'x=')}\n`,
      'a/go.mod': 'module example.com/a\n\ngo 1.18\n',
    });
    const result = await stage.judge({ cwd: join(root, 'a') });
    expect(verdictOf(result)).toEqual([3, 'refuted', 'wrong-go-sum']);
    expect(result.document.Sources[1]!.Name).toMatch(/go\.work\.sum \(line 1, 2\)$/);
  });
});

describe.concurrent('each class', () => {
  test('re-tagged: what says that it comes from the origin has another valid module', async () => {
    await using stage = await setStage({ others: [fromOrigin(changed)] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 're-tagged']);
    expect(result.document.Differences).toEqual([
      expect.objectContaining({
        Part: 'zip',
        Kind: 'content',
        Count: 1,
        Files: [
          {
            Name: 'thing.go',
            Change: 'changed',
            Kind: 'content',
            BaseSize: 58,
            OtherSize: 58,
            Line: 4,
            BaseText: '"const Answer = 42"',
            OtherText: '"const Answer = 43"',
            Hunks: expect.arrayContaining(['-const Answer = 42', '+const Answer = 43']),
          },
        ],
      }),
    ]);
    expect(result.document.Evidence.join('\n')).toContain(`from ${origin.URL} at ${origin.Hash}`);
    expect(result.document.Next.join('\n')).toContain(stage.world.mirror.url);
    await using twin = await setStage({ others: [fromOrigin(module)] });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });

  test('re-tagged: all mirrors have moved on, the cache has what was seen first', async () => {
    await using stage = await setStage();
    expect(await stage.world.run(['mod', 'download', subject])).toMatchObject({ code: 0 });
    await using one = await startMirror({ modules: [changed] });
    await using two = await startMirror({ modules: [changed] });
    const GOSUMDB = `${stage.world.log.verifierKey} ${stage.world.mirror.url}/sumdb/${stage.world.log.name}`;
    const result = await stage.judge({ env: { GOPROXY: `${one.url},${two.url}`, GOSUMDB } });
    expect(verdictOf(result)).toEqual([3, 'refuted', 're-tagged']);
    expect(result.document.Differences[0]!.Files.map((f) => f.Name)).toEqual(['thing.go']);
  });

  test('what the log refutes is never stale (issue 11, C.4): one serves another than the others and the log', async () => {
    await using stage = await setStage({ others: [changed, module] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'tampered-mirror']);
    expect(result.document.Next[0]).toContain(stage.others[0]!.url);
    await using twin = await setStage({ others: [module, module] });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });

  test('line endings: of files, of the go.mod too, and known even where no copy of the other is left', async () => {
    const crlf = withFiles(
      Object.fromEntries(
        Object.entries(module.files!).map(([name, text]) => [name, String(text).replaceAll('\n', '\r\n')]),
      ),
    );
    await using stage = await setStage({ others: [crlf] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'line-endings']);
    expect(result.document.Differences.map((d) => [d.Part, d.Kind, d.Count])).toEqual([
      ['go.mod', 'line-endings', 1],
      ['zip', 'line-endings', 3],
    ]);
    expect(result.document.Differences[0]!.Files[0]).toMatchObject({
      Line: 1,
      BaseText: '"module example.com/thing"',
      OtherText: '"module example.com/thing\\r"',
    });
    await using alone = await setStage({ first: crlf });
    expect(verdictOf(await alone.judge())).toEqual([3, 'refuted', 'line-endings']);
    await using twin = await setStage({ others: [module] });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });

  test('line endings and a change besides are no line endings', async () => {
    const both = withFiles({ 'README.md': '# thing\r\n\r\nA thing.\r\n', 'thing.go': 'package thing\n' });
    await using stage = await setStage({ first: both });
    expect(verdictOf(await stage.judge())).toEqual([3, 'refuted', 'tampered-mirror']);
  });

  test('export-subst: what git fills in, and nothing else', async () => {
    const attributes = { '.gitattributes': '*.go text\nversion.go export-subst\n' };
    const template = withFiles({ ...attributes, 'version.go': 'package thing\n\nvar v = "$Format:%H %d$"\n' });
    const filled = (text: string) => withFiles({ ...attributes, 'version.go': `package thing\n\nvar v = "${text}"\n` });
    const log = logOf([template]);
    await using stage = await setStage({ first: template, others: [filled('0123456789abcdef (tag: v1.0.0)')], log });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'export-subst']);
    expect(result.document.Differences[0]).toMatchObject({
      Kind: 'export-subst',
      Files: [{ Name: 'version.go', Line: 3 }],
    });
    await using code = await setStage({ first: template, others: [filled('x"; func init() { evil() } //')], log });
    expect(verdictOf(await code.judge())).toEqual([3, 'refuted', 'tampered-mirror']);
    await using twin = await setStage({ first: template, others: [template], log });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });

  test('truncated: a zip that is cut off, or of which a bit is wrong', async () => {
    const whole = zipOf(module);
    await using stage = await setStage({ others: [{ ...module, zip: whole.subarray(0, 150) }] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'truncated']);
    expect(result.document.Sources.find((s) => s.Zip.State === 'broken')!.Zip.Bytes).toBe(150);
    expect(result.document.Evidence.join('\n')).toContain(
      `The 150 bytes of the zip of ${stage.others[0]!.url} are the first`,
    );
    const flipped = Buffer.from(whole);
    flipped[whole.indexOf('const Answer') + 3]! ^= 1;
    await using bit = await setStage({ first: { ...module, zip: flipped } });
    expect(verdictOf(await bit.judge())).toEqual([3, 'refuted', 'truncated']);
    await using empty = await setStage({ first: { ...module, zip: Buffer.alloc(0) } });
    expect(verdictOf(await empty.judge())).toEqual([3, 'refuted', 'truncated']);
    await using twin = await setStage({ others: [{ ...module, zip: whole }] });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });

  test('tampered or wrong go.sum: the log and the mirrors agree', async () => {
    await using stage = await setStage({ others: [module] });
    const result = await stage.judge({ cwd: goSum(stage.world, sumsOf(changed)) });
    expect(verdictOf(result)).toEqual([3, 'refuted', 'wrong-go-sum']);
    expect(verdictOf(await stage.judge({ cwd: goSum(stage.world) }))).toEqual(agreed);
    const two = goSum(stage.world);
    writeFileSync(
      join(two, 'go.sum'),
      `${readFileSync(join(two, 'go.sum'))}${path} ${version} ${sumsOf(changed).zip}\n`,
    );
    expect(verdictOf(await stage.judge({ cwd: two }))).toEqual([3, 'refuted', 'wrong-go-sum']);
  });

  test('tampered mirror: it differs from the log and from go.sum', async () => {
    await using stage = await setStage({ first: changed });
    const result = await stage.judge({ cwd: goSum(stage.world) });
    expect(verdictOf(result)).toEqual([3, 'refuted', 'tampered-mirror']);
    await using twin = await setStage();
    expect(verdictOf(await twin.judge({ cwd: goSum(twin.world) }))).toEqual(agreed);
  });

  test('tampered mirror: what it serves is no module, whatever else it says', async () => {
    const bad = { ...fromOrigin(module), zip: writeZip([{ name: 'thing.go', data: 'package thing\n' }]) };
    await using stage = await setStage({ others: [bad] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'tampered-mirror']);
    expect(result.document.Sources.find((s) => s.Name === stage.others[0]!.url)!.Zip.Fault).toContain('thing.go');
    await using page = await setStage({ others: [{ ...module, zip: Buffer.from('<html>log in</html>') }] });
    expect(verdictOf(await page.judge())).toEqual([3, 'refuted', 'tampered-mirror']);
  });

  test('forked log, and ever after', async () => {
    const log = logOf([...fixtureModules(), module]);
    await using stage = await setStage({ log });
    expect(await stage.world.run(['mod', 'download', 'example.com/words@v0.3.0'])).toMatchObject({ code: 0 });
    const fork = log.fork(2);
    for (const m of [...fixtureModules().slice(2), module])
      fork.addText(m.path, m.version, `${m.path} ${m.version} h1:x=\n`);
    fork.pad(9);
    const { respond } = log;
    log.respond = (asked) => fork.respond(asked);
    // the evidence of a fork is all that may be added
    const run = await stage.world.run(['explain-mismatch', '-json', subject], { env: { TMPDIR: stage.tmp } });
    const document = JSON.parse(run.stdout) as Document;
    expect([run.code, document.Verdict, document.Class]).toEqual([3, 'refuted', 'forked-log']);
    log.respond = respond;
    const after = await stage.judge();
    expect(verdictOf(after)).toEqual([3, 'refuted', 'forked-log']);
    for (const { Next } of [document, after.document]) expect(Next[0]).toContain('fork-evidence.txt');
  });

  test('a false answer of the log: a forged record, a record without the line', async () => {
    const forged = logOf([...fixtureModules(), module]).forge(`/lookup/${subject}`, (body) =>
      Buffer.from(Buffer.from(body).toString().replace('h1:', 'h1:A')),
    );
    await using stage = await setStage({ log: forged });
    expect(verdictOf(await stage.judge())).toEqual([3, 'refuted', 'bad-log-answer']);
    forged.beHonest();
    expect(verdictOf(await stage.judge())).toEqual(agreed);
    const other = new FixtureLog();
    other.addText(path, version, `${path} ${version}/go.mod ${sumsOf(module).mod}\n`);
    await using without = await setStage({ log: other });
    expect(verdictOf(await without.judge())).toEqual([3, 'refuted', 'bad-log-answer']);
  });

  test.each<[string, (world: RunningWorld) => string, (data: Buffer) => Uint8Array]>([
    ['another zip', (world) => world.downloaded(`${path}/@v/${version}.zip`), () => zipOf(changed)],
    ['half a zip', (world) => world.downloaded(`${path}/@v/${version}.zip`), (data) => data.subarray(0, 99)],
    [
      'another go.mod',
      (world) => world.downloaded(`${path}/@v/${version}.mod`),
      (data) => Buffer.concat([data, Buffer.from('// more\n')]),
    ],
    [
      'a file of the folder',
      (world) => join(world.modcache, subject, 'thing.go'),
      () => Buffer.from('package thing\n'),
    ],
  ])('damaged cache: %s', async (_, place, change) => {
    await using stage = await setStage();
    expect(await stage.world.run(['mod', 'download', subject])).toMatchObject({ code: 0 });
    const file = place(stage.world);
    const data = readFileSync(file);
    chmodSync(file, 0o644);
    writeFileSync(file, change(data));
    expect(verdictOf(await stage.judge())).toEqual([3, 'refuted', 'damaged-cache']);
    writeFileSync(file, data);
    expect(verdictOf(await stage.judge())).toEqual(agreed);
  });

  test('unknown: two mirrors contradict each other, and nobody says which is right', async () => {
    await using stage = await setStage({ others: [changed], env: { GOSUMDB: 'off' } });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'unknown']);
    expect(result.document.Differences[0]!.Files.map((f) => f.Name)).toEqual(['thing.go']);
    await using twin = await setStage({ others: [module], env: { GOSUMDB: 'off' } });
    expect(verdictOf(await twin.judge())).toEqual(agreed);
  });
});

describe.concurrent('an outage is no class', () => {
  test.each<[string, Fault]>([
    ['of the log', { path: '/lookup/', status: 503 }],
    ['of a mirror', { path: '.zip', status: 403 }],
    ['a version that the log does not know', { path: '/lookup/', status: 404 }],
    ['a zip without end', { path: '.zip', contentLength: 600_000_000 }],
  ])('%s: it is listed, and nothing is decided', async (_, fault) => {
    await using stage = await setStage({ others: [module], faults: [fault] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([1, 'undecided', 'unknown']);
    const failed = result.document.Sources.filter((s) => s.GoMod.State === 'failed' || s.Zip.State === 'failed');
    expect(failed.map((s) => s.Zip.Reason)).toEqual([expect.stringMatching(/\d{3}|too large/)]);
    stage.world.mirror.faults.length = 0;
    expect(verdictOf(await stage.judge())).toEqual(agreed);
  });

  test('a contradiction beside it stays one', async () => {
    await using stage = await setStage({ others: [changed], faults: [{ path: '.zip', status: 403 }] });
    const result = await stage.judge({ cwd: goSum(stage.world) });
    expect([result.code, result.document.Verdict]).toEqual([3, 'refuted']);
    expect(result.document.Next.at(-1)).toContain('could not be asked');
  });

  test('one source alone is compared with nothing', async () => {
    await using stage = await setStage({ env: { GOSUMDB: 'off' } });
    expect(verdictOf(await stage.judge())).toEqual([1, 'undecided', 'unknown']);
  });
});

describe.concurrent('private modules', () => {
  test.each([
    ['GOPRIVATE', { GOPRIVATE: 'example.com', GONOSUMDB: undefined, GONOPROXY: undefined }],
    ['GONOPROXY alone', { GONOPROXY: 'example.com/th*' }],
  ])('%s: no request has the name', async (_, env) => {
    await using stage = await setStage({ others: [module], env });
    const result = await stage.judge({ cwd: goSum(stage.world) });
    expect(verdictOf(result)).toEqual([1, 'undecided', 'unknown']);
    expect(result.document.Sources.map((s) => [s.Kind, s.Zip.State])).toEqual([
      ['log', 'not-asked'],
      ['sum-file', 'has'],
      ['proxy', 'not-asked'],
      ['proxy', 'not-asked'],
      ['cache', 'absent'],
    ]);
    for (const text of [subject, `${path}@latest`]) await stage.explain([text]);
    const asked = [stage.world.mirror, ...stage.others].flatMap((m) => m.paths());
    expect(asked.filter((p) => p.includes('thing'))).toEqual([]);
  });

  test('GONOSUMDB alone: the mirrors are asked, the log is not', async () => {
    await using stage = await setStage({ others: [module], env: { GONOSUMDB: path } });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual(agreed);
    expect(stage.world.mirror.paths().filter((p) => p.startsWith('sumdb/'))).toEqual([]);
  });

  test('GONOPROXY with a database at an address of its own: that is asked', async () => {
    await using stage = await setStage({ env: { GONOPROXY: path } });
    const GOSUMDB = `${stage.world.log.verifierKey} ${stage.world.mirror.url}/sumdb/${stage.world.log.name}`;
    const result = await stage.judge({ env: { GOSUMDB }, cwd: goSum(stage.world) });
    expect(verdictOf(result)).toEqual(agreed);
    expect(stage.world.mirror.paths().filter((p) => p.startsWith('example.com/'))).toEqual([]);
  });
});

describe.concurrent('what is printed', () => {
  test('a table of sources with marks, the files, the class, what to do', async () => {
    await using stage = await setStage({ others: [changed], after: ',direct' });
    const { code, stdout, stderr } = await stage.explain([subject], { cwd: goSum(stage.world) });
    const [first, second] = [stage.world.mirror.url, stage.others[0]!.url];
    const cells = (line: string) => line.trim().split(/ {2,}/);
    expect([code, stderr]).toEqual([3, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`${subject}: mismatch, likely tampered mirror`);
    expect(lines.slice(2, 9).map(cells)).toEqual([
      ['SOURCE', 'GO.MOD', 'ZIP'],
      [`checksum database ${stage.world.log.name}, record ${fixtureModules().length}`, 'A', 'A'],
      ['go.sum (line 1, 2)', 'A', 'A'],
      [first, 'A', 'A'],
      [second, 'A', 'B (differs)'],
      ['direct', 'not asked', 'not asked'],
      ['module cache', 'none', 'none'],
    ]);
    expect(stdout).toContain(`    zip    A  ${sumsOf(module).zip}\n    zip    B  ${sumsOf(changed).zip}\n`);
    expect(stdout).toContain(
      `zip: 1 file differs between ${first} (-) and ${second} (+)\n` +
        '      changed thing.go, 58 and 58 bytes, from line 4:\n        @@ -1,4 +1,4 @@\n         package thing\n         \n         // Answer is the answer.\n        -const Answer = 42\n        +const Answer = 43\n',
    );
    expect(stdout).toMatch(/\nNext: Take \S+ out of GOPROXY and tell its operators/);
    // pasted as Markdown, all that came from outside is in blocks of code
    const loose = lines.filter((line) => line !== '' && !line.startsWith('    '));
    expect(loose.join('\n')).not.toContain('thing.go');
  });

  test('text from outside is cleaned and cannot make a line of its own', async () => {
    const nasty = '\x1b[2J\u202Eevil\r\n::error::pwned <img src=x>';
    const loud = withFiles({ 'thing.go': `package thing\n\n// ${nasty}\n`, '\u{1f600}.txt': 'x' });
    const faults = [
      { path: '.zip', status: 403, body: nasty, headers: { 'content-type': 'text/plain; charset=utf-8' } },
    ];
    await using stage = await setStage({ others: [loud, module], faults, env: { GITHUB_ACTIONS: 'true' } });
    const { code, stdout, stderr } = await stage.explain();
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(stdout).not.toMatch(/^\s*(?:::|<img)/m);
    expect(stdout).toContain('+// \\x1b[2J\\u202eevil\\r\n');
    expect(stdout).toContain('added "\u{1f600}.txt", 1 bytes');
  });

  test('credentials of a mirror are not shown', async () => {
    await using stage = await setStage({ others: [changed] });
    const GOPROXY = `${stage.world.mirror.url.replace('://', '://alice:s3cr3t@')}|${stage.others[0]!.url}`;
    for (const args of [[subject], ['-json', subject]]) {
      const { code, stdout, stderr } = await stage.explain(args, { env: { GOPROXY } });
      // they are not sent over http, so this mirror and the database behind it cannot be asked
      expect([code, `${stdout}${stderr}`.includes('s3cr3t'), stdout.includes('alice:xxxxx@')]).toEqual([
        1,
        false,
        true,
      ]);
    }
  });

  test('what is no question is refused before anything is asked', async () => {
    await using stage = await setStage();
    const bad = [
      [],
      [path],
      [`${path}@`],
      [subject, subject],
      ['not a path@v1.0.0'],
      ['../../etc@v1.0.0'],
      ['go@1.21'],
    ];
    for (const args of [...bad, [`${path}@v2.0.0`], [`${path}@-x`]]) {
      const { code, stdout, stderr } = await stage.explain(args);
      expect([args, code, stdout, stderr !== '']).toEqual([args, 2, '', true]);
    }
    expect(stage.world.mirror.requests).toEqual([]);
  });
});

describe.concurrent('injected code, and what is no module at all (issue 11, C.4)', () => {
  test('a file that was added and lines that were inserted are shown as hunks, the new file first', async () => {
    const evil = withFiles({
      'a_evil.go': 'package thing\n\nfunc init() { evil() }\n',
      'thing.go': `${module.files!['thing.go']}\nvar x = evil()\n`,
    });
    await using stage = await setStage({ others: [evil] });
    const { code, stdout } = await stage.explain();
    expect(code).toBe(3);
    expect(stdout).not.toMatch(/- ""|\+ ""/);
    expect(stdout).toMatch(
      /added a_evil\.go, .*:\n +@@ -0,0 \+1,3 @@\n +\+package thing\n[\s\S]*\+func init\(\) \{ evil\(\) \}\n[\s\S]*changed thing\.go, [\s\S]*\+var x = evil\(\)\n/,
    );
  });

  test('with one proxy it says how to get a second copy; with two it does not', async () => {
    await using stage = await setStage({ first: changed });
    const next = (await stage.judge()).document.Next.join('\n');
    expect(next).toContain(`GOPROXY="${stage.world.mirror.url},<another>" tsgoget explain-mismatch ${subject}`);
    await using twin = await setStage({ others: [changed] });
    expect((await twin.judge()).document.Next.join('\n')).not.toContain('second copy');
  });

  test.each([
    ['an HTML page', '<!DOCTYPE html>\n<html><title>Sign in</title></html>'],
    ['an XML error document', '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>'],
    ["a redirect's text", '<a href="/login">Found</a>.\n'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n'],
    ['JSON', '{"message": "not found"}'],
  ])('%s is named as what it is, and so in a SECURITY ERROR', async (kind, body) => {
    for (const suffix of ['.zip', '.mod']) {
      await using stage = await setStage({ faults: [{ path: new RegExp(`thing/@v/.*\\${suffix}$`), body }] });
      const { code, stdout } = await stage.explain();
      expect([code, stdout.includes(`it is ${kind}`)]).toEqual([3, true]);
      const download = await stage.world.run(['mod', 'download', subject]);
      expect([download.code, download.stderr.includes('SECURITY ERROR')]).toEqual([3, true]);
      expect(download.stderr).toMatch(new RegExp(`^hint: what came is ${kind}`, 'm'));
    }
  });
});

describe.concurrent('many files, large ones, hostile ones', () => {
  test('only so many are listed', async () => {
    const many = (text: string) =>
      withFiles(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}.txt`, `${text}\n`])));
    await using stage = await setStage({ first: many('a'), others: [many('b')], log: logOf([many('a')]) });
    const { document } = await stage.judge();
    expect([document.Differences[0]!.Count, document.Differences[0]!.Files.length]).toEqual([120, 50]);
    expect((await stage.explain()).stdout).toContain('    … and 100 more\n');
  });

  test('large files are compared by their hashes, their line endings too', async () => {
    const text = 'a line of this file\n'.repeat(200_000);
    const [unix, dos] = [text, text.replaceAll('\n', '\r\n')].map((data) => withFiles({ 'large.txt': data }));
    await using stage = await setStage({ first: unix!, others: [dos!], log: logOf([unix!]) });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'line-endings']);
    expect(result.document.Differences[0]!.Files[0]).toEqual(
      expect.not.objectContaining({ Line: expect.anything(), BaseText: expect.anything() }),
    );
  });

  test.each<[string, Parameters<typeof writeZip>[0]]>([
    ['names that lead out', [{ name: `${subject}/../../../../evil`, data: 'x' }]],
    [
      'a name twice',
      [
        { name: `${subject}/a`, data: 'x' },
        { name: `${subject}/a`, data: 'y' },
      ],
    ],
    ['more content than it says', [{ name: `${subject}/a`, data: 'x'.repeat(9999), size: 1, method: 'deflate' }]],
    ['a name with a line break', [{ name: `${subject}/a\nh1:evil`, data: 'x' }]],
  ])('%s: a tampered mirror', async (_, entries) => {
    await using stage = await setStage({ others: [{ ...module, zip: writeZip(entries) }, module] });
    const result = await stage.judge();
    expect(verdictOf(result)).toEqual([3, 'refuted', 'tampered-mirror']);
  });
});

describe.concurrent('interrupted', () => {
  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s in the middle of a zip leaves nothing', async (signal, code) => {
    await using stage = await setStage({ others: [module], faults: [{ path: '.zip', dribbleMs: 40 }] });
    const { world, tmp } = stage;
    const GOPROXY = [world.mirror, ...stage.others].map((m) => m.url).join();
    const child = world.start(['explain-mismatch', subject], { env: { GOPROXY, TMPDIR: tmp } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        said += data;
      });
    }
    while (namesIn(tmp).length === 0 || !world.mirror.paths().some((p) => p.endsWith('.zip'))) await sleep(5);
    await sleep(100);
    child.kill(signal);
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(code);
    expect([namesIn(tmp), [...world.snapshot().keys()], said]).toEqual([[], [], '']);
  });
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.concurrent('the hint', () => {
  const hint = `hint: \`tsgoget explain-mismatch ${subject}\``;
  test.each<[string, MirrorModule, boolean, RunOptions]>([
    ['go.sum', changed, true, {}],
    ['the log', changed, false, {}],
    ['what is no zip', { ...module, zip: zipOf(module).subarray(0, 99) }, false, {}],
    ['go.sum, called as go', changed, true, { as: 'go' }],
  ])('a mismatch with %s offers the command; go’s own words stay as they are', async (_, first, isMain, options) => {
    await using stage = await setStage({ first });
    const { world } = stage;
    const cwd = isMain ? goSum(world) : world.outside;
    const { code, stderr } = await world.run(['mod', 'download', subject], { cwd, ...options });
    const offers = options.as !== 'go';
    expect([code, stderr.includes('SECURITY ERROR'), stderr.includes(hint), stderr.includes('hint')]).toEqual([
      3,
      true,
      offers,
      offers,
    ]);
  });

  test('mod verify offers it for what was modified', async () => {
    await using stage = await setStage();
    const cwd = goSum(stage.world);
    expect(await stage.world.run(['mod', 'download', subject], { cwd })).toMatchObject({ code: 0 });
    writeFileSync(stage.world.downloaded(`${path}/@v/${version}.zip`), zipOf(changed));
    const { code, stderr } = await stage.world.run(['mod', 'verify'], { cwd });
    expect([code, stderr.includes(hint)]).toEqual([3, true]);
  });
});
