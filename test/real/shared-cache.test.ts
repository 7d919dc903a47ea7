/**
 * One module cache, shared with the go command: by eight processes at once, half of them go; and killed at any moment, whichever of the two
 * was at work, so that the next run of either finds nothing that it cannot use.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openWorld, sumsOf, type World } from '../support/fixture-world.js';
import { runCli, startCli } from '../support/run-cli.js';
import { hasGo, runGo } from './go-command.js';
import { random } from './random.js';

type Client = 'go' | 'tsgoget';
const clients: readonly Client[] = ['go', 'tsgoget'];
const goMod = 'module example.com/me\n\ngo 1.21\n\nrequire example.com/app v1.0.0\n';
const download = ['mod', 'download', 'all'];

/** A main module of its own over the world's GOPATH. */
class Checkout {
  readonly #world: World;
  readonly main: string;

  constructor(world: World, name: string) {
    this.#world = world;
    this.main = join(world.dir, name);
    mkdirSync(this.main);
    writeFileSync(join(this.main, 'go.mod'), goMod);
  }

  get #options() {
    return { env: { ...this.#world.env, GOFLAGS: '-mod=mod -modcacherw' }, cwd: this.main };
  }

  run(client: Client, args: readonly string[]): Promise<{ code: number | undefined; stdout: string; stderr: string }> {
    return client === 'go' ? runGo(args, this.#options) : runCli(args, { ...this.#options, timeoutMs: 60_000 });
  }

  /** Starts a download that SIGKILL ends, if it has not ended by itself before; says whether it was killed. */
  async killAt(client: Client, signal: AbortSignal): Promise<boolean> {
    if (client === 'go') return (await runGo(download, { ...this.#options, signal })).code === undefined;
    const child = startCli(download, this.#options);
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    child.stdout.resume();
    child.stderr.resume();
    return new Promise((resolve) => child.on('close', (_, by) => resolve(by === 'SIGKILL')));
  }

  async expectDownloaded(client: Client): Promise<void> {
    const { code, stderr } = await this.run(client, download);
    expect([client, code, stderr.replace(/^go: (?:downloading|finding) .*\n/gm, '')]).toEqual([client, 0, '']);
  }

  async expectVerified(client: Client): Promise<void> {
    const { code, stdout, stderr } = await this.run(client, ['mod', 'verify']);
    expect([client, code, stdout, stderr]).toEqual([client, 0, 'all modules verified\n', '']);
  }

  /** go.sum has the true hash of each module that it names, and some. */
  expectTrueSums(): string {
    const text = readFileSync(join(this.main, 'go.sum'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const known = new Set(
      this.#world.modules.flatMap((m) => {
        const { zip, mod } = sumsOf(m);
        return [`${m.path} ${m.version} ${zip}`, `${m.path} ${m.version}/go.mod ${mod}`];
      }),
    );
    expect(lines.filter((line) => !known.has(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(15);
    return text;
  }
}

describe.skipIf(!hasGo)('eight processes at once on one empty cache, half of them go', () => {
  test.each([0, 1, 5])('%i ms an answer', async (delayMs) => {
    await using world = await openWorld({ delayMs });
    const checkouts = Array.from({ length: 8 }, (_, i) => new Checkout(world, `main${i}`));
    await Promise.all(checkouts.map((checkout, i) => checkout.expectDownloaded(clients[i % 2]!)));
    for (const client of clients) await checkouts[0]!.expectVerified(client);
    expect(new Set(checkouts.map((checkout) => checkout.expectTrueSums())).size).toBe(1);
  });
});

describe.skipIf(!hasGo).concurrent('killed', () => {
  const next = random(20_260_821);
  /** A whole run makes 42 requests, and then writes for a while. */
  const moments = Array.from({ length: 50 }, (_, i) => ({
    client: clients[i % 2]!,
    requests: Math.floor(next() * 44),
    ms: Math.floor(next() * 12),
    successor: clients[next() < 0.5 ? 0 : 1]!,
  }));
  let killed = 0;

  test.each(moments)('$client after $requests requests and $ms ms; then $successor', async (moment) => {
    const { client, requests, ms, successor } = moment;
    await using world = await openWorld({ delayMs: 1 });
    const checkout = new Checkout(world, 'main');
    const killing = new AbortController();
    const watch = setInterval(() => {
      if (world.mirror.requests.length < requests) return;
      clearInterval(watch);
      setTimeout(() => killing.abort(), ms);
    }, 1);
    if (await checkout.killAt(client, killing.signal)) killed++;
    clearInterval(watch);
    await checkout.expectDownloaded(successor);
    await checkout.expectVerified(successor === 'go' ? 'tsgoget' : 'go');
    checkout.expectTrueSums();
  });

  afterAll(() => expect(killed, 'most were killed before their end').toBeGreaterThan(25));
});
