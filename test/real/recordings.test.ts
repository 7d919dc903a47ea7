/**
 * Real modules, recorded: tsgoget must say of them what the go command said, byte for byte, and each must accept the module cache
 * that the other filled. Proven against the recorded answers of the public checksum database, with its own key.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RecordingMirror, serveRecording } from '../support/recording-mirror.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';
import { openRecording, type Recording, recordings, whyNoRecordings } from './recording.js';

const missing = whyNoRecordings();
const tempDir = useTempDir();

/** A main module as it was recorded: go.mod alone, so that every checksum is looked up; and an empty module cache. */
class Checkout {
  readonly dir = tempDir();
  readonly main = join(this.dir, 'main');
  readonly cache = join(this.dir, 'cache');

  constructor(recording: Recording, files: readonly ('go.mod' | 'go.sum')[] = ['go.mod']) {
    mkdirSync(this.main);
    for (const name of files) writeFileSync(join(this.main, name), recording.file(name));
  }

  #env(proxy: string, goFlags: string) {
    return {
      GOENV: 'off',
      GOWORK: 'off',
      GOTOOLCHAIN: 'local',
      GOPATH: join(this.dir, 'gopath'),
      GOMODCACHE: this.cache,
      GOPROXY: proxy,
      GOFLAGS: `-modcacherw ${goFlags}`.trim(),
    };
  }

  /** Runs tsgoget, which must succeed and have nothing to say. */
  async tsgoget(args: string, proxy: string, goFlags = '-mod=mod'): Promise<string> {
    const env = this.#env(proxy, goFlags);
    const { code, stdout, stderr } = await runCli(args.split(' '), { env, cwd: this.main, timeoutMs: 300_000 });
    expect(`${stderr}exit ${code}`, `tsgoget ${args}`).toBe('exit 0');
    return stdout;
  }

  go(args: string, proxy: string, goFlags = '-mod=mod'): string {
    const env = { PATH: process.env.PATH, HOME: this.dir, ...this.#env(proxy, goFlags) };
    return execFileSync('go', args.split(' '), {
      cwd: this.main,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    });
  }

  read(name: 'go.mod' | 'go.sum'): string {
    return readFileSync(join(this.main, name), 'utf8');
  }

  /** Output as the recorder keeps it: no folder of this machine in it. */
  nameless(output: string): string {
    return output.replaceAll(this.cache, 'GOMODCACHE').replaceAll(this.main, 'MAIN');
  }
}

const names = ['cobra', 'gin', 'logrus', 'prometheus', 'hugo', 'golangci', 'ghcli'] as const;

if (missing !== '') test.skip(`recordings of real modules: ${missing}`, () => {});

describe.skipIf(missing !== '').each(names)('%s', (name) => {
  const options: readonly string[] = recordings[name].options;
  const hasZips = options.includes('source');
  let recording: Recording;
  let mirror: RecordingMirror;

  beforeAll(async () => {
    recording = await openRecording(name);
    mirror = await serveRecording(recording.download);
  });
  afterAll(() => mirror?.close());

  describe.each([
    { over: 'file://', proxy: () => `file://${recording.download}` },
    { over: 'http://', proxy: () => mirror.url },
  ])('over $over', ({ proxy }) => {
    test('list -m all', async () => {
      const checkout = new Checkout(recording);
      expect(await checkout.tsgoget('list -m all', proxy())).toBe(recording.expected('list.txt'));
    });

    test('list -m -json all', async () => {
      const checkout = new Checkout(recording);
      await checkout.tsgoget('list -m all', proxy()); // as the recorder did: GoModSum is what go.sum held before the command
      const output = await checkout.tsgoget('list -m -json all', proxy());
      expect(checkout.nameless(output)).toBe(recording.expected('list.json'));
    });

    test('mod graph', async () => {
      const checkout = new Checkout(recording);
      expect(await checkout.tsgoget('mod graph', proxy())).toBe(recording.expected('graph.txt'));
    });

    test("the author's checkout, with go.sum and -mod=readonly", async () => {
      const checkout = new Checkout(recording, ['go.mod', 'go.sum']);
      expect(await checkout.tsgoget('list -m all', proxy(), '')).toBe(recording.expected('list.txt'));
      expect(checkout.read('go.mod')).toBe(recording.file('go.mod'));
      expect(checkout.read('go.sum')).toBe(recording.file('go.sum'));
    });

    test.runIf(options.includes('lists'))('list -m -u all, list -m -versions all', async () => {
      const checkout = new Checkout(recording);
      expect(await checkout.tsgoget('list -m -u all', proxy())).toBe(recording.expected('updates.txt'));
      expect(await checkout.tsgoget('list -m -versions all', proxy())).toBe(recording.expected('versions.txt'));
    });

    test.runIf(hasZips)('mod download all', async () => {
      const checkout = new Checkout(recording);
      expect(await checkout.tsgoget('mod download all', proxy())).toBe('');
      expect(checkout.read('go.sum')).toBe(recording.expected('gosum.txt'));
    });
  });

  test('the go command accepts the cache that tsgoget filled', async () => {
    const checkout = new Checkout(recording);
    await checkout.tsgoget('list -m all', mirror.url);
    if (hasZips) await checkout.tsgoget('mod download all', mirror.url);
    const sums = checkout.read('go.sum');
    expect(checkout.go('list -m all', 'off')).toBe(recording.expected('list.txt'));
    expect(checkout.go('mod graph', 'off')).toBe(recording.expected('graph.txt'));
    expect(checkout.go('mod verify', 'off')).toBe('all modules verified\n');
    if (hasZips) checkout.go('mod download all', 'off');
    expect(checkout.read('go.sum')).toBe(sums);
  });

  test('tsgoget accepts the cache that the go command filled', async () => {
    const checkout = new Checkout(recording);
    checkout.go('list -m all', `file://${recording.download}`);
    if (hasZips) checkout.go('mod download all', `file://${recording.download}`);
    const [goMod, sums] = [checkout.read('go.mod'), checkout.read('go.sum')];
    expect(await checkout.tsgoget('list -m all', 'off')).toBe(recording.expected('list.txt'));
    expect(await checkout.tsgoget('mod graph', 'off')).toBe(recording.expected('graph.txt'));
    expect(await checkout.tsgoget('mod verify', 'off')).toBe('all modules verified\n');
    if (hasZips) expect(await checkout.tsgoget('mod download all', 'off')).toBe('');
    expect(checkout.read('go.mod')).toBe(goMod);
    expect(checkout.read('go.sum')).toBe(sums);
  });

  test('both print the same JSON from nothing, and write the same go.mod and go.sum', async () => {
    const [ours, theirs] = [new Checkout(recording), new Checkout(recording)];
    const output = await ours.tsgoget('list -m -json all', mirror.url);
    const wanted = theirs.go('list -m -json all', `file://${recording.download}`);
    expect(ours.nameless(output)).toBe(theirs.nameless(wanted));
    expect(ours.read('go.mod')).toBe(theirs.read('go.mod'));
    expect(ours.read('go.sum')).toBe(theirs.read('go.sum'));
  });
});
