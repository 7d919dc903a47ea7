/**
 * A checksum database in memory, with a key of its own, that can also lie: fork, forge, truncate, delay, answer with
 * old tree heads.
 *
 *   const log = new FixtureLog();                        // name `sum.test/db`; GOSUMDB=log.verifierKey
 *   log.add('example.com/a', 'v1.0.0', h1OfZip, h1OfMod);
 *   log.respond('/lookup/example.com/a@v1.0.0')          // {status, body}; also /latest, /tile/8/…, /tile/8/data/…, /supported
 *   const server = await serveLog(log);                  // GOSUMDB=`${log.verifierKey} ${server.url}`, or
 *   GOPROXY=server.url                                   // …as a proxy: it answers /sumdb/<name>/supported and what is below
 *   server.requests, server.close()
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { HttpError } from '../../src/errors.js';
import { escapePath, escapeVersion } from '../../src/module/index.js';
import type { LogTransport } from '../../src/sumdb/index.js';
import {
  emptyTreeHash,
  foldSubtrees,
  formatRecord,
  formatTreeHead,
  type Hash,
  type Node,
  nodeHash,
  parseTilePath,
  type Range,
  recordHash,
  subtreesOf,
  type Tile,
} from '../../src/tlog/index.js';
import { generateKey, type Signer, signNote } from './signed-notes.js';

export interface LogAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** The Merkle tree over hashes of records; it only grows. */
export class MemoryTree {
  readonly #levels: Hash[][] = [[]];

  get size(): number {
    return this.#levels[0]!.length;
  }

  add(hash: Hash): void {
    let last = hash;
    for (let level = 0; ; level++) {
      const row = this.#levels[level] ?? [];
      this.#levels[level] = row;
      row.push(last);
      if (row.length % 2 === 1) return;
      last = nodeHash(row.at(-2)!, last);
    }
  }

  node({ level, index }: Node): Hash {
    const hash = this.#levels[level]?.[index];
    if (!hash) throw new RangeError(`no node ${level}/${index}`);
    return hash;
  }

  rangeHash(range: Range): Hash {
    return range.end === 0 ? emptyTreeHash : foldSubtrees(subtreesOf(range).map((node) => this.node(node)));
  }

  root(size = this.size): Hash {
    return this.rangeHash({ start: 0, end: size });
  }

  /** The bytes of a tile; undefined when the tree is not that large yet. */
  tile({ height, level, index, width }: Tile): Uint8Array | undefined {
    const row = this.#levels[height * level] ?? [];
    const from = index * 2 ** height;
    return from + width <= row.length ? Buffer.concat(row.slice(from, from + width)) : undefined;
  }
}

export interface FixtureLogOptions {
  readonly name?: string;
  readonly signer?: Signer;
}

/** The database. Records may be added at any time. */
export class FixtureLog {
  readonly signer: Signer;
  readonly tree = new MemoryTree();
  readonly texts: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #forgeries = new Map<string, (body: Uint8Array) => Uint8Array | number>();
  readonly #headSizes = new Map<string, number>();
  readonly #notes = new Map<number, string>();
  #cosign: (text: string, size: number) => string = () => '';

  constructor({ name = 'sum.test/db', signer = generateKey(name) }: FixtureLogOptions = {}) {
    this.signer = signer;
  }

  get name(): string {
    return this.signer.name;
  }

  /** For GOSUMDB. */
  get verifierKey(): string {
    return this.signer.verifierKey;
  }

  /** Adds the record of a module version; the hashes are whole, `h1:…`. Returns its number. */
  add(path: string, version: string, h1Zip: string, h1Mod: string): number {
    return this.addText(path, version, `${path} ${version} ${h1Zip}\n${path} ${version}/go.mod ${h1Mod}\n`);
  }

  /** Adds a record of any text, to be found by the look-up of a module version. */
  addText(path: string, version: string, text: string): number {
    this.#ids.set(`${escapePath(path)}@${escapeVersion(version)}`, this.texts.length);
    this.texts.push(text);
    this.tree.add(recordHash(encodeUtf8(text)));
    return this.texts.length - 1;
  }

  /** Adds records that nobody asks for. */
  pad(count: number): this {
    for (let i = 0; i < count; i++) this.add('example.com/padding', `v0.0.${this.texts.length}`, 'h1:p=', 'h1:p=');
    return this;
  }

  /** Another history under the same key: the first `size` records are the same, others follow. */
  fork(size: number): FixtureLog {
    const fork = new FixtureLog({ signer: this.signer });
    const keys = new Map([...this.#ids].map(([key, id]) => [id, key]));
    for (const [id, text] of this.texts.slice(0, size).entries()) {
      fork.texts.push(text);
      fork.tree.add(recordHash(encodeUtf8(text)));
      if (keys.has(id)) fork.#ids.set(keys.get(id)!, id);
    }
    return fork;
  }

  /** The signed note of the tree as it was at a size. */
  note(size = this.texts.length): string {
    let note = this.#notes.get(size);
    const text = formatTreeHead({ size, hash: this.tree.root(size) });
    if (note === undefined) {
      note = signNote(text, this.signer);
      this.#notes.set(size, note);
    }
    return note + this.#cosign(text, size);
  }

  /** From now on these lines stand below every note: `(text) => generateWitness('w.test').line(text, seconds)`. */
  cosign(lines: (text: string, size: number) => string): this {
    this.#cosign = lines;
    return this;
  }

  /** Changes the body of what stands at a path (`/tile/8/0/000`, `/lookup/example.com/a@v1.0.0`), or gives a status instead. */
  forge(path: string, change: (body: Uint8Array) => Uint8Array | number): this {
    this.#forgeries.set(path, change);
    return this;
  }

  /** Flips one bit of what stands at a path. */
  flipBit(path: string, bit: number): this {
    return this.forge(path, (body) => {
      const flipped = Uint8Array.from(body);
      flipped[Math.floor(bit / 8) % body.length]! ^= 1 << (bit % 8);
      return flipped;
    });
  }

  /** Cuts what stands at a path to a length. */
  truncate(path: string, bytes: number): this {
    return this.forge(path, (body) => body.slice(0, bytes));
  }

  /** Takes all forgeries back. */
  beHonest(): this {
    this.#forgeries.clear();
    this.#headSizes.clear();
    return this;
  }

  /** Answers the look-up of a module version with the head of an older tree. */
  useOldHead(path: string, version: string, size: number): this {
    this.#headSizes.set(`${escapePath(path)}@${escapeVersion(version)}`, size);
    return this;
  }

  /** What the database answers; `path` is that of the URL, decoded. */
  respond(path: string): LogAnswer {
    const answer = this.#answer(path);
    const forged = answer.status === 200 ? this.#forgeries.get(path)?.(answer.body) : undefined;
    if (typeof forged === 'number') return { status: forged, body: encodeUtf8(`forged status ${forged}\n`) };
    return forged ? { status: 200, body: forged } : answer;
  }

  #answer(path: string): LogAnswer {
    if (path === '/supported') return ok('');
    if (path === '/latest') return ok(this.note());
    if (path.startsWith('/lookup/')) return this.#lookup(path.slice('/lookup/'.length));
    if (path.startsWith('/tile/8/')) return this.#tile(path.slice(1));
    return notFound(path);
  }

  #lookup(key: string): LogAnswer {
    const id = this.#ids.get(key);
    if (id === undefined) return notFound(key);
    return ok(formatRecord(id, this.texts[id]!) + this.note(this.#headSizes.get(key)));
  }

  #tile(path: string): LogAnswer {
    let tile: Tile;
    try {
      tile = parseTilePath(path);
    } catch {
      return notFound(path);
    }
    if (tile.level >= 0) {
      const body = this.tree.tile(tile);
      return body ? { status: 200, body } : notFound(path);
    }
    const from = tile.index * 2 ** tile.height;
    if (from + tile.width > this.texts.length) return notFound(path);
    return ok(
      this.texts
        .slice(from, from + tile.width)
        .join('\n')
        .concat('\n'),
    );
  }
}

const ok = (body: string): LogAnswer => ({ status: 200, body: encodeUtf8(body) });
const notFound = (what: string): LogAnswer => ({ status: 404, body: encodeUtf8(`not found: ${what}\n`) });

/** A transport that asks the log (or whatever log `current` gives) without a network, and notes the URLs asked for. */
export function transportOf(current: FixtureLog | (() => FixtureLog)): LogTransport & { readonly urls: string[] } {
  const urls: string[] = [];
  return {
    urls,
    get: async (url, maxBytes) => {
      urls.push(url);
      const log = typeof current === 'function' ? current() : current;
      const path = decodeURIComponent(new URL(url).pathname);
      const { status, body } = log.respond(pathInLog(log, path));
      if (status !== 200) throw new HttpError(status, url, `reading ${url}: ${status}`);
      if (body.length > maxBytes) throw new Error(`reading ${url}: more than ${maxBytes} bytes`);
      return body;
    },
  };
}

/** The path under the database's address: below `/sumdb/<name>` of a proxy, below `/<path of the name>`, or the whole. */
function pathInLog(log: FixtureLog, path: string): string {
  const prefixes = [`/sumdb/${log.name}/`, `/${log.name.split('/').slice(1).join('/')}/`];
  const prefix = prefixes.find((p) => p !== '//' && path.startsWith(p));
  return prefix === undefined ? path : path.slice(prefix.length - 1);
}

export interface LogServer {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves a log on loopback; `delayMs` is waited before each answer. */
export async function serveLog(
  current: FixtureLog | (() => FixtureLog),
  { delayMs = 0 }: { delayMs?: number } = {},
): Promise<LogServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://log').pathname);
    requests.push(path);
    const log = typeof current === 'function' ? current() : current;
    const { status, body } = log.respond(pathInLog(log, path));
    const answer = () => response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
