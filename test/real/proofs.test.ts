/**
 * Real go.sum files, every line proven: by `verify` against the recorded answers of the public checksum database, and by `verify -proof`
 * against the file that `proof export` wrote, in an empty home and with every connection refused.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicDomain } from '../../src/goenv/defaults.js';
import { escapePath, escapeVersion } from '../../src/module/index.js';
import { type RecordingMirror, serveRecording } from '../support/recording-mirror.js';
import { runCli } from '../support/run-cli.js';
import { useTempDir } from '../support/temp-dir.js';
import { openRecording, type Recording, whyNoRecordings } from './recording.js';

const missing = whyNoRecordings();
const tempDir = useTempDir();

/** `sums` is the go.sum that is proven: the one that go wrote for all zips, or the author's. */
const proven = [
  { name: 'cobra', sums: 'expected' },
  { name: 'gin', sums: 'expected' },
  { name: 'hugo', sums: 'own' },
  { name: 'ghcli', sums: 'own' },
] as const;

interface Line {
  readonly Path: string;
  readonly Version: string;
  readonly Hash: string;
  readonly Status: string;
  readonly Record?: number;
  readonly Remembered?: boolean;
}

/** A listener that ends every connection at once, and counts them. */
async function refuseAll() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

if (missing !== '') test.skip(`recordings of real modules: ${missing}`, () => {});

describe.skipIf(missing !== '').each(proven)('$name', ({ name, sums }) => {
  let recording: Recording;
  let mirror: RecordingMirror;
  let main: string;
  let goSum: string;
  let wanted: string[];

  beforeAll(async () => {
    recording = await openRecording(name);
    mirror = await serveRecording(recording.download);
    main = join(tempDir(), 'main');
    mkdirSync(main);
    goSum = sums === 'own' ? recording.file('go.sum') : recording.expected('gosum.txt');
    wanted = goSum.trimEnd().split('\n');
    writeFileSync(join(main, 'go.mod'), recording.file('go.mod'));
    writeFileSync(join(main, 'go.sum'), goSum);
  });
  afterAll(() => mirror?.close());

  /** Runs it with the cache and the tree head of `home`. */
  async function tsgoget(home: string, args: string, env: Record<string, string> = { GOPROXY: mirror.url }) {
    const begin = performance.now();
    const result = await runCli(args.split(' '), {
      env: { GOENV: 'off', GOWORK: 'off', GOPATH: home, GOMODCACHE: join(home, 'mod'), GOFLAGS: '', ...env },
      cwd: main,
      timeoutMs: 120_000,
    });
    return { ...result, ms: Math.round(performance.now() - begin) };
  }

  const linesOf = (stdout: string) => JSON.parse(stdout).Lines as Line[];
  const textOf = ({ Path, Version, Hash }: Line) => `${Path} ${Version} ${Hash}`;

  test('verify proves every line, and remembers it', async () => {
    const home = tempDir();
    const first = await tsgoget(home, 'verify -json');
    expect(`${first.stderr}exit ${first.code}`).toBe('exit 0');
    const lines = linesOf(first.stdout);
    expect(lines.map(textOf)).toEqual(wanted);
    for (const line of lines) {
      const version = line.Version.replace(/\/go\.mod$/, '');
      const database = join(recording.download, 'sumdb', `sum.${publicDomain}`);
      const answer = readFileSync(
        join(database, 'lookup', `${escapePath(line.Path)}@${escapeVersion(version)}`),
        'utf8',
      );
      expect([line.Status, line.Record]).toEqual(['proven', Number(answer.split('\n')[0])]);
      expect(answer).toContain(`\n${textOf(line)}\n`);
    }
    const second = await tsgoget(home, 'verify -json', { GOPROXY: 'off' });
    expect(`${second.stderr}exit ${second.code}`).toBe('exit 0');
    expect(linesOf(second.stdout).filter((line) => line.Status !== 'proven' || !line.Remembered)).toEqual([]);
    expect(readFileSync(join(main, 'go.sum'), 'utf8')).toBe(goSum);
    console.log(`${name}: ${wanted.length} lines; verify ${first.ms} ms, a second time ${second.ms} ms`);
  });

  test('proof export, then verify -proof with every connection refused', async () => {
    const exported = await tsgoget(tempDir(), 'proof export');
    expect(`${exported.stderr}exit ${exported.code}`).toBe('exit 0');
    const file = join(main, 'go.sum.proof');
    const { size } = statSync(file);
    const wall = await refuseAll();
    const env = { GOPROXY: wall.url, HTTP_PROXY: wall.url, HTTPS_PROXY: wall.url, NO_PROXY: '' };
    const done = await tsgoget(tempDir(), 'verify -proof go.sum.proof -json', env);
    expect(`${done.stderr}exit ${done.code}`).toBe('exit 0');
    const lines = linesOf(done.stdout);
    expect(lines.map(textOf)).toEqual(wanted);
    expect(lines.filter((line) => line.Status !== 'proven')).toEqual([]);

    const proof = readFileSync(file);
    writeFileSync(
      join(main, 'go.sum'),
      goSum.replace(/ h1:(.)/, (_, c) => ` h1:${c === 'A' ? 'B' : 'A'}`),
    );
    expect(await tsgoget(tempDir(), 'verify -proof go.sum.proof', env)).toMatchObject({ code: 3 });
    writeFileSync(join(main, 'go.sum'), goSum);
    for (let i = 0; i < 8; i++) {
      const changed = Buffer.from(proof);
      changed[Math.floor(((i + 0.5) / 8) * changed.length)]! ^= 1;
      writeFileSync(file, changed);
      const { code, stdout } = await tsgoget(tempDir(), 'verify -proof go.sum.proof', env);
      expect([1, 3], stdout).toContain(code);
    }
    expect(wall.connections()).toBe(0);
    await wall.close();
    const each = (size / wanted.length).toFixed(1);
    console.log(
      `${name}: ${wanted.length} lines; proof export ${exported.ms} ms, ${size} bytes, ${each} a line; verify -proof ${done.ms} ms`,
    );
  });
});
