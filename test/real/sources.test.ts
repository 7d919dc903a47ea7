/**
 * Real modules with their packages, recorded: `mod tidy` from no go.sum, `mod why` and `mod vendor` must give what the go command gave,
 * file by file; `mod tidy -diff` and `get -u` what it gives of the same files in the same minute.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';
import { runGo } from './go-command.js';
import { openRecording, type Recording, whyNoRecordings } from './recording.js';

const missing = whyNoRecordings();
const tempDir = useTempDir();

/** A module's files as a main module, without vendor; and an empty module cache. */
class Source {
  readonly #dir = tempDir();
  readonly main = join(this.#dir, 'main');
  readonly #proxy: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(recording: Recording, proxy: string, env: Readonly<Record<string, string>> = {}) {
    cpSync(recording.source, this.main, { recursive: true });
    rmSync(join(this.main, 'vendor'), { recursive: true, force: true });
    this.#proxy = proxy;
    this.#env = env;
  }

  /** What it printed, how it ended, what go.mod and go.sum hold then. */
  async run(client: 'go' | 'tsgoget', args: readonly string[]) {
    const env = {
      GOENV: 'off',
      GOWORK: 'off',
      GOTOOLCHAIN: 'local',
      GOPATH: join(this.#dir, 'gopath'),
      GOMODCACHE: join(this.#dir, 'cache'),
      GOCACHE: join(this.#dir, 'build'),
      GOPROXY: this.#proxy,
      GOFLAGS: '-mod=mod -modcacherw',
      ...this.#env,
    };
    const place = { env, cwd: this.main };
    const { code, stdout, stderr } = await (client === 'go'
      ? runGo(args, place)
      : runCli(args, { ...place, as: 'go', timeoutMs: 300_000 }));
    const plain = (text: string) => text.replaceAll(this.#dir, 'HERE');
    const lines = plain(stderr).split(/(?<=\n)/);
    const said = lines.filter((line) => !/^go: (?:downloading|finding module) /.test(line)).join(''); // as they come in
    return { code, stdout: plain(stdout), stderr: said, goMod: this.read('go.mod'), goSum: this.read('go.sum') };
  }

  read(name: string): string {
    return existsSync(join(this.main, name)) ? readFileSync(join(this.main, name), 'utf8') : '';
  }

  /** Drops requirements and sums, so that there is something to say of them. */
  change(change: (goMod: string) => string): this {
    writeFileSync(join(this.main, 'go.mod'), change(this.read('go.mod')));
    return this;
  }
}

/** `sha256sum` of all files below a folder of the main module. */
function sumsOf(main: string, folder: string): string {
  if (!existsSync(join(main, folder))) return '';
  const names = readdirSync(join(main, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(main.length + 1));
  const inOrder = names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(main, name)))
      .digest('hex');
  return inOrder.map((name) => `${sum(name)}  ${name}\n`).join('');
}

describe.skipIf(missing !== '').each(['cobra', 'logrus', 'echo', 'gin'] as const)('%s', (name) => {
  let recording: Recording;
  let proxy: string;
  beforeAll(async () => {
    recording = await openRecording(name);
    proxy = `file://${recording.download}`;
  });

  test('mod tidy from no go.sum, mod why -m all, mod vendor', async () => {
    const source = new Source(recording, proxy);
    rmSync(join(source.main, 'go.sum'), { force: true });
    const tidy = await source.run('tsgoget', ['mod', 'tidy']);
    expect(`${tidy.stderr}exit ${tidy.code}`).toBe('exit 0');
    expect(tidy.goMod).toBe(recording.expected('tidy.mod'));
    expect(tidy.goSum).toBe(recording.expected('tidy.sum'));
    const why = await source.run('tsgoget', ['mod', 'why', '-m', 'all']);
    expect(why.stdout).toBe(recording.expected('why.txt'));
    expect((await source.run('tsgoget', ['mod', 'vendor'])).code).toBe(0);
    expect(sumsOf(source.main, 'vendor')).toBe(recording.expected('vendor.txt'));
  });

  test.each([
    { what: 'as it is', change: (goMod: string) => goMod },
    {
      what: 'with requirements missing',
      change: (goMod: string) => goMod.replace(/^\t\S+ v\S+(?: \/\/ indirect)?\n/m, ''),
    },
    { what: 'of an older release', change: (goMod: string) => goMod.replace(/^go .*/m, 'go 1.16') },
    { what: 'with one requirement too many', change: (goMod: string) => goMod.replaceAll(' // indirect', '') },
  ])('mod tidy -diff, $what', async ({ change }) => {
    const [ours, theirs] = [new Source(recording, proxy).change(change), new Source(recording, proxy).change(change)];
    const args = ['mod', 'tidy', '-diff'];
    expect(await ours.run('tsgoget', args)).toEqual(await theirs.run('go', args));
  });
});

/** A proxy with the files of some recordings that offers no version whose zip it has not. */
function proxyOf(recordings: readonly Recording[]): string {
  const folder = tempDir();
  for (const { download } of recordings) {
    cpSync(download, folder, { recursive: true, filter: (from) => basename(from) !== 'sumdb' });
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.name !== '@v') continue;
    const dir = join(entry.parentPath, entry.name);
    const versions = readdirSync(dir).flatMap((file) => (file.endsWith('.zip') ? [file.slice(0, -'.zip'.length)] : []));
    const isTagged = (version: string) => !/\d{14}-[0-9a-f]{12}/.test(version);
    writeFileSync(
      join(dir, 'list'),
      versions
        .filter(isTagged)
        .map((version) => `${version}\n`)
        .join(''),
    );
    const newest = versions
      .filter((version) => !isTagged(version))
      .sort()
      .at(-1);
    rmSync(join(entry.parentPath, '@latest'), { force: true });
    if (newest !== undefined) cpSync(join(dir, `${newest}.info`), join(entry.parentPath, '@latest'));
  }
  return folder;
}

/** Three direct requirements whose newer versions the recordings know whole. */
const three = {
  echo: ['github.com/stretchr/testify', 'golang.org/x/net', 'golang.org/x/time'],
  gin: ['github.com/bytedance/sonic', 'google.golang.org/protobuf', 'golang.org/x/net'],
};

describe.skipIf(missing !== '').each(['echo', 'gin'] as const)('%s, an older version', (name) => {
  let older: Recording;
  let proxy: string;
  beforeAll(async () => {
    older = await openRecording(`${name}-before`);
    proxy = `file://${proxyOf([older, await openRecording(name)])}`;
  });

  test.each([
    { args: ['get', '-u', ...three[name]], code: 0 },
    { args: ['get', '-u=patch', ...three[name]], code: 0 },
    { args: ['get', '-u', '-t', './...'], code: 0 },
    { args: ['get', three[name][0]!, `${three[name][1]}@none`] },
  ])('$args', async ({ args, code }) => {
    const env = { GOSUMDB: 'off' }; // the two recordings saw two tree heads
    const [ours, theirs] = [new Source(older, proxy, env), new Source(older, proxy, env)];
    const wanted = await theirs.run('go', args);
    expect(await ours.run('tsgoget', args)).toEqual(wanted);
    if (code !== undefined) expect([code, wanted.code], wanted.stderr).toEqual([code, code]);
    if (args[1] === '-u') expect(wanted.stderr).toContain('go: upgraded ');
  });
});
