import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import {
  ChecksumMismatchError,
  HttpError,
  isNotFound,
  isSecurity,
  LogForkError,
  TsgogetError,
} from '../../src/errors.js';
import { publicDomain } from '../../src/goenv/defaults.js';
import { createSumDb, type LogTransport, type SumDb, type SumDbOptions } from '../../src/sumdb/index.js';
import { checkTree, formatHash, formatRecord, formatTreeHead } from '../../src/tlog/index.js';
import { FixtureLog, serveLog, transportOf } from '../support/fixture-log.js';
import { generateKey, signNote } from '../support/signed-notes.js';

const mod = 'example.com/Mod';
const v1 = 'v1.0.0';
const zipHash = 'h1:zipzipzipzipzipzipzipzipzipzipzipzipzipzipz=';
const modHash = 'h1:modmodmodmodmodmodmodmodmodmodmodmodmodmodm=';
const lookupPath = '/lookup/example.com/!mod@v1.0.0';

let dir: string;
let log: FixtureLog;
let transport: ReturnType<typeof transportOf>;
const opened: SumDb[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsgoget-sumdb-'));
  log = new FixtureLog().pad(300);
  log.add(mod, v1, zipHash, modHash);
  log.pad(400);
  transport = transportOf(() => log);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.flush().catch(() => {})));
  rmSync(dir, { recursive: true, force: true });
});

const open = (options: Partial<SumDbOptions> & { GOSUMDB?: string; GONOSUMDB?: string } = {}) => {
  const db = createSumDb({
    env: { GOSUMDB: options.GOSUMDB ?? log.verifierKey, GONOSUMDB: options.GONOSUMDB ?? '' },
    proxies: [{ url: 'https://proxy.test', fallBackOnError: false }],
    transport,
    stateDir: join(dir, 'state'),
    cacheDir: join(dir, 'cache'),
    ...options,
  });
  opened.push(db);
  return db;
};
const state = () => join(dir, 'state', ...log.name.split('/'));
const cached = (path: string) => join(dir, 'cache', ...log.name.split('/'), ...path.split('/').slice(1));
const files = () => {
  const under = (root: string) => {
    try {
      return readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    } catch {
      return [];
    }
  };
  return [...under(join(dir, 'state')), ...under(join(dir, 'cache'))].map((e) => e.name).sort();
};
const setState = (note: string) => {
  mkdirSync(state(), { recursive: true });
  writeFileSync(join(state(), 'latest'), note);
};
const verify = (db = open()) => db.requireHash(mod, v1, zipHash);
const asked = () =>
  transport.urls.map((url) => decodeURIComponent(url.replace(`https://proxy.test/sumdb/${log.name}`, '')));

/** Verifies and stores, then forgets the requests. */
async function visit(): Promise<void> {
  const db = open();
  await verify(db);
  await db.flush();
  transport.urls.length = 0;
}

describe('a look-up', () => {
  test('proves both lines of a module version', async () => {
    const db = open();
    await db.requireHash(mod, v1, zipHash);
    await db.requireHash(mod, `${v1}/go.mod`, modHash);
    expect(await db.lookup(mod, v1)).toEqual({
      id: 300,
      treeSize: 701,
      lines: [
        { version: v1, hash: zipHash },
        { version: `${v1}/go.mod`, hash: modHash },
      ],
    });
    expect(asked()).toEqual(['/supported', lookupPath, '/tile/8/0/001', '/tile/8/0/002.p/189', '/tile/8/1/000.p/2']);
    expect(await db.head()).toEqual({ size: 701, hash: formatHash(log.tree.root()), note: log.note() });
  });

  test('is stored as the go command stores it, once a hash has been found in it', async () => {
    const db = open();
    await db.lookup(mod, v1);
    await db.flush();
    expect(files()).toEqual([]);
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
    for (const path of [lookupPath, '/tile/8/0/001', '/tile/8/0/002.p/189', '/tile/8/1/000.p/2']) {
      expect(readFileSync(cached(path)).equals(log.respond(path).body)).toBe(true);
    }
    expect(files()).toHaveLength(5);
  });

  test('keep stores it for a caller that compares itself', async () => {
    const db = open();
    await db.keep(mod, v1);
    await db.flush();
    expect(files()).toHaveLength(5);
  });

  test('is not asked for again, by anyone', async () => {
    await visit();
    await verify();
    await open().requireHash(mod, `${v1}/go.mod`, modHash);
    expect(asked()).toEqual([]);
  });

  test('is asked for once by many at a time', async () => {
    const db = open();
    await Promise.all(Array.from({ length: 50 }, () => verify(db)));
    expect(asked()).toHaveLength(5);
  });

  test('an outage is not remembered within the run', async () => {
    const db = open();
    log.forge(lookupPath, () => 503);
    await expect(verify(db)).rejects.toMatchObject({ code: 'http' });
    log.beHonest().forge('/tile/8/0/001', () => 503);
    await expect(verify(db)).rejects.toMatchObject({ code: 'http' });
    log.beHonest();
    await verify(db);
  });

  test('a partial tile that is gone is the beginning of the full one', async () => {
    const note = log.note();
    log.useOldHead(mod, v1, 701).pad(400);
    log.forge('/tile/8/0/002.p/189', () => 404);
    const db = open();
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(note);
    expect(asked()).toContain('/tile/8/0/002');
    expect(files()).toContain('189');
    expect(files()).not.toContain('002');
  });

  test('a partial tile that cannot be had otherwise is an outage', async () => {
    log
      .pad(400)
      .useOldHead(mod, v1, 701)
      .forge('/tile/8/0/002.p/189', () => 500);
    await expect(verify()).rejects.toMatchObject({ code: 'http' });
    expect(asked()).not.toContain('/tile/8/0/002');
  });

  test('a module that the database does not know: the error is not “not found”, so nobody falls back', async () => {
    const failed = await open()
      .requireHash('example.com/other', v1, zipHash)
      .catch((error) => error);
    expect(failed).toMatchObject({
      code: 'http',
      path: 'example.com/other',
      hint: expect.stringContaining('GOPRIVATE'),
    });
    expect(failed.message).toMatch(
      /^example\.com\/other@v1\.0\.0: verifying module: example\.com\/other@v1\.0\.0: reading/,
    );
    expect(isNotFound(failed)).toBe(false);
    await expect(open().requireHash('example.com/other', `${v1}/go.mod`, modHash)).rejects.toThrow(
      'example.com/other@v1.0.0: verifying go.mod: example.com/other@v1.0.0/go.mod: reading',
    );
  });

  test('A12: nothing that is no module version becomes a request', async () => {
    const db = open();
    for (const path of [
      '',
      '..',
      'a',
      '/a.test',
      'a.test/../b',
      'a.test/b?c',
      'a.test/b#c',
      'a.test/%2f',
      'A.TEST\\b',
      'a.test/-b c',
    ]) {
      await expect(db.requireHash(path, v1, zipHash), path).rejects.toMatchObject({ code: 'invalid-path' });
    }
    for (const version of [
      '',
      'v1',
      'v1.0',
      'latest',
      'v1.0.0/x',
      '../v1.0.0',
      'v1.0.0?x',
      'v1.0.0+meta',
      '-v1.0.0',
      'v1.0.0 ',
    ]) {
      await expect(db.requireHash(mod, version, zipHash), version).rejects.toMatchObject({ code: 'invalid-version' });
    }
    expect(transport.urls).toEqual([]);
  });

  test('can be interrupted', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(verify(open({ signal: abort.signal }))).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('over HTTP, directly at an address of GOSUMDB', async () => {
    const server = await serveLog(() => log);
    try {
      const get: LogTransport['get'] = async (url) => {
        const response = await fetch(url);
        if (!response.ok) throw new HttpError(response.status, url, `reading ${url}: ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      };
      await verify(open({ GOSUMDB: `${log.verifierKey} ${server.url}`, transport: { get } }));
      expect(server.requests[0]).toBe(lookupPath);
    } finally {
      await server.close();
    }
  });
});

describe('settings', () => {
  test('off: nothing is checked, and whoever asks all the same is told', async () => {
    const db = open({ GOSUMDB: 'off' });
    expect(db.name).toBe('');
    expect(db.decide(mod)).toBe('off');
    await expect(verify(db)).rejects.toThrow('verifying module: checksum database disabled by GOSUMDB=off');
    await expect(db.lookup(mod, v1)).rejects.toMatchObject({ code: 'lookup-disabled' });
    await db.flush();
  });

  test('A8: a private name is in no request', async () => {
    const db = open({ GONOSUMDB: 'other.test,example.com/M*' });
    expect(db.decide(mod)).toBe('private');
    expect(db.decide('example.com/public')).toBe('check');
    await expect(verify(db)).rejects.toMatchObject({ code: 'lookup-disabled' });
    await expect(db.lookup(mod, v1)).rejects.toThrow('skipped (listed in GONOSUMDB)');
    expect(transport.urls).toEqual([]);
  });

  test('A1: golang.org/toolchain is checked whatever the settings say', async () => {
    const toolchain = `${publicDomain}/toolchain`;
    const version = 'v0.0.1-go1.99.0.linux-amd64';
    log.add(toolchain, version, zipHash, modHash);
    const db = open({ GONOSUMDB: '*,golang.org/*' });
    expect(db.decide(toolchain)).toBe('check');
    await db.requireHash(toolchain, version, zipHash);
    await expect(db.requireHash(toolchain, version, modHash)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    const off = open({ GOSUMDB: 'off' });
    expect(off.decide(toolchain)).toBe('check');
    await expect(off.requireHash(toolchain, version, zipHash)).rejects.toThrow(
      `${toolchain}@${version}: verifying module: checksum database disabled by GOSUMDB=off`,
    );
  });

  test('a wrong setting is thrown by the first use', async () => {
    await expect(verify(open({ GOSUMDB: 'nonsense' }))).rejects.toMatchObject({
      code: 'invalid-setting',
      message: expect.stringContaining('verifying module: invalid GOSUMDB: malformed verifier id'),
    });
  });

  test('a log with another key is not the log', async () => {
    await expect(verify(open({ GOSUMDB: generateKey(log.name, 'another seed').verifierKey }))).rejects.toMatchObject({
      code: 'bad-signature',
    });
    expect(files()).toEqual([]);
  });
});

describe('A1: CVE-2026-42501: a look-up that answers something else', () => {
  const refused = async (text: string, wanted = 'checksum-missing', keyVersion: string = v1, hash = zipHash) => {
    log = new FixtureLog().pad(3);
    log.addText(mod, v1, text);
    const failed = await open()
      .requireHash(mod, keyVersion, hash)
      .catch((error) => error);
    expect(failed).toMatchObject({ code: wanted });
    expect(isSecurity(failed)).toBe(true);
    // the head that refuted the download is pinned; nothing of the record
    expect(files()).toEqual(wanted === 'checksum-mismatch' ? ['latest'] : []);
    return failed;
  };

  test.each([
    ['a record without a hash', 'nothing here\n'],
    ['only the go.mod line', `${mod} ${v1}/go.mod ${zipHash}\n`],
    ['another version', `${mod} v1.0.1 ${zipHash}\n`],
    ['a version that begins alike', `${mod} v1.0.00 ${zipHash}\n${mod} v1.0.0-x ${zipHash}\n`],
    ['a path that begins alike', `${mod}ule ${v1} ${zipHash}\n${mod}/sub ${v1} ${zipHash}\n`],
    ['a path that ends alike', `x/${mod} ${v1} ${zipHash}\n`],
    ['another case', `${mod.toLowerCase()} ${v1} ${zipHash}\n${mod} V1.0.0 ${zipHash}\n`],
    ['another algorithm', `${mod} ${v1} h2:${zipHash.slice(3)}\n`],
    ['a fourth field', `${mod} ${v1} ${zipHash} x\n`],
    ['a space too many', `${mod}  ${v1} ${zipHash}\n ${mod} ${v1} ${zipHash}\n${mod} ${v1} ${zipHash} \n`],
    ['no hash', `${mod} ${v1} \n${mod} ${v1}\n`],
    ['the go.mod as version', `${mod} ${v1}/go.mod/go.mod ${zipHash}\n`],
  ])('%s', async (_, text) => {
    const failed = await refused(text);
    expect(failed.message).toMatch(
      /^example\.com\/Mod@v1\.0\.0: verifying module: checksum missing from sumdb response\n\nSECURITY ERROR\n/,
    );
  });

  test('only the zip line, and the go.mod is asked for', async () => {
    await refused(`${mod} ${v1} ${modHash}\n`, 'checksum-missing', `${v1}/go.mod`, modHash);
  });

  test('another hash', async () => {
    const failed = await refused(`${mod} ${v1} ${modHash}\n`, 'checksum-mismatch');
    expect(failed).toBeInstanceOf(ChecksumMismatchError);
    expect(failed).toMatchObject({ want: modHash, got: zipHash, from: log.name });
    expect(failed.message).toContain(
      `${mod}@${v1}: verifying module: checksum mismatch\n\tdownloaded: ${zipHash}\n\t${log.name}: ${modHash}\n\nSECURITY ERROR\nThis download does NOT match the one reported by the checksum server.\n`,
    );
  });

  test('two hashes, one of them right', async () => {
    await refused(`${mod} ${v1} ${zipHash}\n${mod} ${v1} ${modHash}\n`, 'checksum-mismatch');
    rmSync(join(state(), 'latest'));
    await refused(`${mod} ${v1} ${modHash}\n${mod} ${v1} ${zipHash}\n`, 'checksum-mismatch');
  });

  test('a log that refutes a download in one history, and shows another later, is found out', async () => {
    const honest = new FixtureLog().pad(5);
    honest.add(mod, v1, zipHash, modHash);
    log = honest.fork(5);
    log.addText(mod, v1, `${mod} ${v1} ${modHash}\n`);
    log.pad(40);
    await expect(verify()).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
    log = honest.pad(60);
    await expect(verify()).rejects.toBeInstanceOf(LogForkError);
    rmSync(join(state(), 'latest'));
    await verify();
  });

  test('a fork that shows while the head is pinned is what is reported', async () => {
    log = new FixtureLog().pad(300);
    log.addText(mod, v1, `${mod} ${v1} ${modHash}\n`);
    const db = open();
    await db.lookup(mod, v1);
    const other = log.fork(200);
    other.addText('example.com/x', v1, 'fork\n');
    setState(other.note());
    await expect(db.requireHash(mod, v1, zipHash)).rejects.toBeInstanceOf(LogForkError);
  });

  test('a head that cannot be pinned does not hide the mismatch', async () => {
    log = new FixtureLog().pad(3);
    log.addText(mod, v1, `${mod} ${v1} ${modHash}\n`);
    const db = open();
    await db.lookup(mod, v1);
    mkdirSync(join(state(), 'latest'), { recursive: true });
    await expect(db.requireHash(mod, v1, zipHash)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  });

  test('the authentic record of another module is refused, and not kept', async () => {
    log.add('example.com/evil', v1, zipHash, modHash);
    log.forge(lookupPath, () => log.respond('/lookup/example.com/evil@v1.0.0').body);
    await expect(verify()).rejects.toMatchObject({ code: 'checksum-missing' });
    expect(files()).toEqual([]);
    log.beHonest();
    await verify();
  });

  test('the authentic answer to another question that someone stored is dropped', async () => {
    await visit();
    log.add('example.com/other', v1, zipHash, modHash);
    writeFileSync(cached(lookupPath), log.respond('/lookup/example.com/other@v1.0.0').body);
    const db = open();
    await verify(db);
    await db.flush();
    expect(asked()).toContain(lookupPath);
    expect(readFileSync(cached(lookupPath)).equals(log.respond(lookupPath).body)).toBe(true);
  });
});

describe('A3: CVE-2026-56864: lines outside the authenticated record', () => {
  const line = `${mod} ${v1} ${zipHash}\n`;
  const answer = (before: string, text: string, after: string) => {
    log = new FixtureLog().pad(3);
    log.addText(mod, v1, text);
    const head = formatTreeHead({ size: 4, hash: log.tree.root() });
    log.forge(lookupPath, () => encodeUtf8(before + formatRecord(3, text) + after.replace('HEAD', head)));
    return { head, note: log.note() };
  };

  test('in the signed tree note', async () => {
    const { head } = answer('', 'nothing\n', '');
    const note = signNote(head + line, log.signer);
    log.forge(lookupPath, () => encodeUtf8(`3\nnothing\n\n${note}`));
    await expect(verify()).rejects.toMatchObject({ code: 'checksum-missing' });
  });

  test('in the signed tree note, after a blank line of its own', async () => {
    const { head } = answer('', 'nothing\n', '');
    const note = signNote(`${head}\n${line}`, log.signer);
    log.forge(lookupPath, () => encodeUtf8(`3\nnothing\n\n${note}`));
    await expect(verify()).rejects.toMatchObject({ code: 'checksum-missing' });
  });

  test('as a signature line, after the signatures, before the number, after a second blank line', async () => {
    const { note } = answer('', 'nothing\n', '');
    const record = '3\nnothing\n\n';
    for (const [body, wanted] of [
      [`${record}${note}${line}`, 'invalid-note'],
      [`${record}${note}\u2014 ${line}`, 'invalid-note'],
      [`${record}${note}\n${line}`, 'invalid-note'],
      [`${record}${note}\u2014 ${mod} AAAAAAAA\n`, 'checksum-missing'],
      [`${line}${record}${note}`, 'invalid-response'],
      [`3\n${line}nothing\n\n${note}`, 'bad-proof'],
      [`3\nnothing\n${line}\n${note}`, 'bad-proof'],
      [`${record}${line}\n${note}`, 'bad-signature'],
      [`3\nnothing\n\n\n${line}${note}`, 'bad-signature'],
    ] as const) {
      log.forge(lookupPath, () => encodeUtf8(body));
      await expect(verify(), JSON.stringify(body)).rejects.toMatchObject({ code: wanted });
    }
    expect(files()).toEqual([]);
  });
});

describe('forged answers', () => {
  test('a flipped bit anywhere in a look-up is refused', async () => {
    const { body } = log.respond(lookupPath);
    for (let bit = 0; bit < body.length * 8; bit += 5) {
      log.flipBit(lookupPath, bit);
      await expect(verify(open()), `bit ${bit}`).rejects.toThrow();
    }
    expect(files()).toEqual([]);
  });

  test('A2: CVE-2026-56865: a flipped bit in any tile is refused, at sizes 256, 768 and others', async () => {
    for (const size of [256, 257, 512, 768, 1000]) {
      log = new FixtureLog();
      log.add(mod, v1, zipHash, modHash);
      log.pad(size - 1);
      transport.urls.length = 0;
      await open().lookup(mod, v1);
      const tiles = asked().filter((path) => path.startsWith('/tile/'));
      expect(tiles.length).toBeGreaterThan(0);
      for (const [i, tile] of tiles.entries()) {
        log.beHonest().flipBit(tile, 1234 * i + 7);
        await expect(verify(), `${tile} of ${size}`).rejects.toMatchObject({ code: 'bad-proof' });
      }
      expect(files()).toEqual([]);
    }
  });

  test('A2: a forged record with the tile that has its hash', async () => {
    log = new FixtureLog();
    log.add(mod, v1, zipHash, modHash);
    log.pad(767);
    const forged = new FixtureLog({ signer: log.signer });
    forged.add(mod, v1, modHash, modHash);
    forged.pad(767);
    log.forge(lookupPath, () => encodeUtf8(formatRecord(0, forged.texts[0]!) + log.note()));
    log.forge('/tile/8/0/000', () => forged.respond('/tile/8/0/000').body);
    await expect(open().requireHash(mod, v1, modHash)).rejects.toMatchObject({ code: 'bad-proof' });
    log.forge('/tile/8/1/000.p/3', () => forged.respond('/tile/8/1/000.p/3').body);
    await expect(open().requireHash(mod, v1, modHash)).rejects.toMatchObject({ code: 'bad-proof' });
    expect(files()).toEqual([]);
  });

  test('truncated answers are refused', async () => {
    const paths = [lookupPath, '/tile/8/0/001', '/tile/8/0/002.p/189', '/tile/8/1/000.p/2'];
    for (const path of paths) {
      const { body } = log.respond(path);
      for (const bytes of [0, 1, 31, 32, body.length - 32, body.length - 1]) {
        log.beHonest().truncate(path, bytes);
        await expect(verify(), `${path} ${bytes}`).rejects.toBeInstanceOf(TsgogetError);
      }
    }
    expect(files()).toEqual([]);
  });

  test('A7: a captive portal’s page is no answer, and no refutation', async () => {
    log.forge(lookupPath, () => encodeUtf8('<!DOCTYPE html>\n<html>\n\n<body>sign in</body>\n\n</html>\n'));
    const failed = await verify().catch((error) => error);
    expect(failed).toMatchObject({ code: 'invalid-response' });
    expect(isSecurity(failed)).toBe(false);
  });

  test('A26: no answer is a failure', async () => {
    const failing: LogTransport = { get: () => Promise.reject(new TsgogetError('network', 'no route')) };
    await expect(verify(open({ transport: failing }))).rejects.toMatchObject({ code: 'network' });
  });

  test('a transport that throws nonsense is a failure with a subject', async () => {
    const failing: LogTransport = { get: () => Promise.reject('nonsense') };
    await expect(verify(open({ transport: failing }))).rejects.toMatchObject({ code: 'failed', path: mod });
  });

  test('A4: a record beyond the tree', async () => {
    for (const id of [701, 702, 2 ** 40]) {
      log.forge(lookupPath, () => encodeUtf8(formatRecord(id, log.texts[300]!) + log.note()));
      await expect(verify()).rejects.toMatchObject({ code: 'bad-proof' });
    }
  });

  test('A4: the empty tree has no record, and one hash', async () => {
    const noted = (hash: Uint8Array) => {
      const note = signNote(formatTreeHead({ size: 0, hash }), log.signer);
      log.forge(lookupPath, () => encodeUtf8(formatRecord(0, log.texts[300]!) + note));
    };
    noted(log.tree.root(0));
    await expect(verify()).rejects.toMatchObject({ code: 'bad-proof' });
    noted(log.tree.root(1));
    await expect(verify()).rejects.toMatchObject({ code: 'bad-proof' });
    expect(files()).toEqual([]);
  });

  test('nothing refuted is asked for again in the same run', async () => {
    const db = open();
    log.flipBit('/tile/8/0/001', 77);
    await expect(verify(db)).rejects.toMatchObject({ code: 'bad-proof' });
    log.beHonest();
    transport.urls.length = 0;
    await expect(verify(db)).rejects.toMatchObject({ code: 'bad-proof' });
    expect(transport.urls).toEqual([]);
  });
});

describe('A25: a poisoned cache is found out, dropped and filled again', () => {
  test.each(['/tile/8/0/001', '/tile/8/0/002.p/189', '/tile/8/1/000.p/2', lookupPath])('%s', async (path) => {
    await visit();
    const good = readFileSync(cached(path));
    const poisons = [
      Buffer.from(good).fill(0x41, 40, 41),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.from('x')]),
      Buffer.alloc(0),
      Buffer.from('<html>'),
    ];
    for (const poison of poisons) {
      writeFileSync(cached(path), poison);
      transport.urls.length = 0;
      const db = open();
      await verify(db);
      await db.flush();
      expect(asked()).toContain(path);
      expect(readFileSync(cached(path)).equals(good)).toBe(true);
    }
  });

  test('a poisoned full tile, where a partial one is needed', async () => {
    await visit();
    rmSync(cached('/tile/8/0/002.p/189'));
    writeFileSync(cached('/tile/8/0/002'), Buffer.alloc(8192, 7));
    const db = open();
    await verify(db);
    await db.flush();
    expect(asked()).toContain('/tile/8/0/002.p/189');
    expect(files()).not.toContain('002');
  });

  test('a stored full tile serves for a partial one, and is asked for nowhere', async () => {
    await visit();
    rmSync(cached('/tile/8/0/002.p/189'));
    log.useOldHead(mod, v1, 701).pad(400);
    writeFileSync(cached('/tile/8/0/002'), log.respond('/tile/8/0/002').body);
    await verify();
    expect(asked()).toEqual([]);
  });

  test('what the log answers in place of a poisoned tile is proven as well', async () => {
    await visit();
    writeFileSync(cached('/tile/8/0/001'), Buffer.alloc(8192, 7));
    log.flipBit('/tile/8/0/001', 9);
    await expect(verify()).rejects.toMatchObject({ code: 'bad-proof' });
  });

  test('a folder that cannot be written is no failure', async () => {
    writeFileSync(join(dir, 'cache'), 'a file');
    const db = open();
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
  });
});

describe('A4: the timeline', () => {
  test('heads older and newer than the stored one are consistent, and the newest is stored', async () => {
    await visit();
    log.add('example.com/b', v1, zipHash, modHash);
    log.pad(1000).useOldHead('example.com/b', v1, 800);
    const db = open();
    await db.requireHash('example.com/b', v1, zipHash);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note(800));
    log.add('example.com/c', v1, zipHash, modHash);
    log.useOldHead('example.com/c', v1, 350);
    const later = open();
    await later.requireHash(mod, v1, zipHash);
    // the answer names a tree without the record, and the newest known tree has none either
    await expect(later.requireHash('example.com/c', v1, zipHash)).rejects.toMatchObject({ code: 'bad-proof' });
    log.beHonest();
    const last = open();
    await last.requireHash('example.com/c', v1, zipHash);
    await last.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
  });

  test('a smaller consistent tree is fine, and does not replace the stored head', async () => {
    setState(log.note());
    log.useOldHead(mod, v1, 350);
    const db = open();
    expect(await db.lookup(mod, v1)).toMatchObject({ treeSize: 350 });
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
  });

  test('property: look-ups of any heads, at once or one by one, from any state', async () => {
    const size = 900;
    log = new FixtureLog();
    for (let i = 0; i < size; i++) log.add(`example.com/m${i}`, v1, `h1:${i}=`, `h1:m${i}=`);
    const sizes = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(size), fc.boolean(), async (wanted, stored, atOnce) => {
        rmSync(join(dir, 'cache'), { recursive: true, force: true });
        setState(stored === 0 ? '' : log.note(stored));
        log.beHonest();
        for (const [id, head] of wanted) log.useOldHead(`example.com/m${id}`, v1, Math.max(head, id + 1));
        const db = open();
        const ask = ([id]: [number, number]) => db.requireHash(`example.com/m${id}`, v1, `h1:${id}=`);
        if (atOnce) await Promise.all(wanted.map(ask));
        else for (const one of wanted) await ask(one);
        await db.flush();
        const newest = Number(readFileSync(join(state(), 'latest'), 'utf8').split('\n')[1]);
        const last = new Map(wanted); // of two heads for one record the later one is answered
        expect(newest).toBe(Math.max(stored, ...[...last].map(([id, head]) => Math.max(head, id + 1))));
      }),
      { numRuns: 30 },
    );
  });

  const forkOf = (from: FixtureLog, size: number, upTo: number) => {
    const fork = from.fork(size);
    if (size <= 300) {
      fork.add('example.com/forked', v1, 'h1:fork=', 'h1:fork=');
      fork.pad(Math.max(300 - size - 1, 0));
      fork.add(mod, v1, zipHash, modHash);
    }
    fork.addText('example.com/forked', 'v2.0.0', 'fork\n');
    return fork.pad(Math.max(upTo - fork.texts.length, 0));
  };

  test.each([
    ['of the same size', 650, 701],
    ['larger', 650, 900],
    ['smaller', 650, 680],
    ['that changes an old record', 100, 1000],
  ])('a fork %s is refused with its evidence, now and later', async (_, at, upTo) => {
    await visit();
    const honest = log;
    log = forkOf(honest, at, upTo);
    rmSync(cached(lookupPath));
    const before = files();
    const failed = await verify().catch((error) => error);
    expect(failed).toBeInstanceOf(LogForkError);
    expect(failed.message).toMatch(
      /^SECURITY ERROR\ngo\.sum database server misbehavior detected!\n\nold database:\n\tgo\.sum database tree\n/,
    );
    expect([failed.oldNote, failed.newNote]).toEqual(expect.arrayContaining([honest.note(), log.note()]));

    // the proof shows that the tree of the newer note began otherwise than the older note says
    const [older, newer] = failed.newNote === log.note() ? [honest, log] : [log, honest];
    expect(older.tree.size).toBeLessThanOrEqual(newer.tree.size);
    const [began, ...steps] = failed.proof.map((base64: string) => new Uint8Array(Buffer.from(base64, 'base64')));
    expect(began).not.toEqual(older.tree.root());
    checkTree(steps, { size: newer.tree.size, hash: newer.tree.root() }, { size: older.tree.size, hash: began! });

    expect(failed.hint).toContain(join(state(), 'fork-evidence.txt'));
    expect(readFileSync(join(state(), 'fork-evidence.txt'), 'utf8')).toBe(`${failed.message}\n`);
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(honest.note());
    expect(files()).toEqual([...before, 'fork-evidence.txt'].sort());

    log = honest;
    transport.urls.length = 0;
    await expect(verify()).rejects.toMatchObject({ code: 'log-fork', hint: expect.stringContaining('remove') });
    expect(transport.urls).toEqual([]);
    rmSync(join(state(), 'fork-evidence.txt'));
    await verify();
  });

  test('to remove the newest head is to decide: the evidence is set aside, and stops nothing more', async () => {
    await visit();
    const honest = log;
    log = forkOf(honest, 650, 900);
    rmSync(cached(lookupPath));
    await expect(verify()).rejects.toBeInstanceOf(LogForkError);
    const evidence = readFileSync(join(state(), 'fork-evidence.txt'), 'utf8');
    rmSync(join(state(), 'latest'));
    const db = open();
    await verify(db);
    await db.flush();
    const kept = files().filter((name) => name.includes('evidence'));
    expect(kept).toEqual([expect.stringMatching(/^fork-evidence\.txt\.[0-9a-f]{8}$/)]);
    expect(readFileSync(join(state(), kept[0]!), 'utf8')).toBe(evidence);
    await verify();
  });

  test('a fork seen before any head was stored stops the next run too', async () => {
    const other = log.fork(600);
    other.addText('example.com/x', v1, 'fork\n');
    other.pad(101);
    log.add('example.com/b', v1, zipHash, modHash);
    const db = open();
    await db.lookup(mod, v1);
    log = other;
    log.add('example.com/b', v1, zipHash, modHash);
    await expect(db.lookup('example.com/b', v1)).rejects.toBeInstanceOf(LogForkError);
    await expect(open().lookup(mod, v1)).rejects.toMatchObject({ code: 'log-fork' });
  });

  test('a fork within one run ends all look-ups, and stores nothing of the fork', async () => {
    const honest = log;
    honest.add('example.com/b', v1, zipHash, modHash);
    const db = open();
    await verify(db);
    log = forkOf(honest, 650, 900);
    log.add('example.com/b', v1, zipHash, modHash);
    await expect(db.requireHash('example.com/b', v1, zipHash)).rejects.toBeInstanceOf(LogForkError);
    log = honest;
    await expect(db.requireHash('example.com/b', v1, zipHash)).rejects.toBeInstanceOf(LogForkError);
    await expect(verify(db)).rejects.toBeInstanceOf(LogForkError);
  });

  test('two heads of one size in look-ups at once are a fork', async () => {
    const other = log.fork(600).pad(50);
    other.addText('example.com/x', v1, 'fork\n');
    other.pad(50);
    log.add('example.com/b', v1, zipHash, modHash);
    log.useOldHead('example.com/b', v1, 701).useOldHead(mod, v1, 701);
    expect(other.tree.size).toBe(701);
    log.forge(lookupPath, () => encodeUtf8(formatRecord(300, log.texts[300]!) + other.note()));
    const results = await Promise.allSettled([verify(open()), open().requireHash('example.com/b', v1, zipHash)]);
    expect(results.map((r) => r.status)).toContain('rejected');
    const db = open({ stateDir: join(dir, 'state2') });
    const together = await Promise.allSettled([verify(db), db.requireHash('example.com/b', v1, zipHash)]);
    for (const r of together)
      expect(r).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/log-fork|bad-proof/) } });
    expect(together).toContainEqual(expect.objectContaining({ reason: expect.any(LogForkError) }));
  });

  test('one look-up’s head that cannot be proven is not another’s failure', async () => {
    log.add('example.com/b', v1, zipHash, modHash);
    log.pad(300).useOldHead(mod, v1, 701);
    setState(log.note(400));
    log.forge(`/tile/8/0/003.p/${log.tree.size - 768}`, () => 500);
    const db = open();
    const [good, bad] = await Promise.allSettled([verify(db), db.requireHash('example.com/b', v1, zipHash)]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'http' } });
  });

  test('the head of another process that was there first is merged, not overwritten', async () => {
    log.pad(500);
    log.useOldHead(mod, v1, 701);
    const db = open();
    await db.lookup(mod, v1);
    setState(log.note(1000));
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note(1000));
    expect((await db.head()).size).toBe(1000);
  });

  test('an older head of another process is replaced', async () => {
    const db = open();
    await db.lookup(mod, v1);
    setState(log.note(10));
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note(701));
  });

  test('a forked head of another process is found when the state is written', async () => {
    const db = open();
    await db.lookup(mod, v1);
    setState(forkOf(log, 650, 690).note());
    await verify(db).catch(() => {});
    await expect(db.flush()).rejects.toBeInstanceOf(LogForkError);
    expect(files()).toContain('fork-evidence.txt');
  });

  test('concurrent writers leave the newest head', async () => {
    const sizes = [350, 420, 500, 600, 701];
    const dbs = sizes.map(() => open());
    for (const [i, db] of dbs.entries()) {
      log.useOldHead(mod, v1, sizes[i]!);
      await db.lookup(mod, v1);
    }
    await Promise.all(dbs.map((db) => verify(db)));
    await Promise.all(dbs.map((db) => db.flush()));
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note(701));
  });

  test.each([
    ['a torn note', (note: string) => note.slice(0, -20)],
    ['not a note', () => 'garbage'],
    ['another text under the signature', (note: string) => note.replace('\n701\n', '\n702\n')],
    ['the note of another log', () => new FixtureLog({ name: 'other.test' }).pad(3).note()],
  ])('B.9: a corrupted state stops everything, refutes nothing, and says how to mend it: %s', async (_, corrupt) => {
    setState(corrupt(log.note()));
    const failed = await verify().catch((error: unknown) => error);
    expect(isSecurity(failed)).toBe(false);
    expect(failed).toMatchObject({
      code: 'cache',
      message: expect.stringContaining(join(state(), 'latest')),
      hint: expect.stringContaining(`remove ${join(state(), 'latest')}`),
    });
    expect(transport.urls).toEqual([]);
  });

  test('an empty state is the beginning', async () => {
    setState('');
    const db = open();
    await verify(db);
    await db.flush();
    expect(readFileSync(join(state(), 'latest'), 'utf8')).toBe(log.note());
  });

  test('a state that cannot be written is said when all is done', async () => {
    writeFileSync(join(dir, 'state'), 'a file');
    await expect(
      (async () => {
        const db = open();
        await verify(db);
        await db.flush();
      })(),
    ).rejects.toMatchObject({ code: 'cache' });
  });

  test('without a GOPATH there is no state to trust', async () => {
    await expect(verify(open({ stateDir: '' }))).rejects.toThrow('could not locate sumdb file: missing $GOPATH');
    expect(transport.urls).toEqual([]);
  });

  test('head() asks the log when nothing is known', async () => {
    expect(await open().head()).toMatchObject({ size: 701 });
    expect(asked()).toContain('/latest');
    setState(log.note(500));
    expect(await open().head()).toMatchObject({ size: 500 });
  });
});

describe('speed', () => {
  /** Answers whatever was asked in one turn of waiting together: each batch is one round trip. */
  function inRounds(width: number) {
    const waiting: (() => void)[] = [];
    const inner = transportOf(() => log);
    let rounds = 0;
    let idle = 0;
    const tick = () => {
      // answer once nobody has asked for anything new during a few turns of the event loop
      if (++idle < 20) return void setImmediate(tick);
      rounds++;
      for (const answer of waiting.splice(0, width)) answer();
      idle = 0;
      if (waiting.length > 0) setImmediate(tick);
    };
    const get: LogTransport['get'] = async (url, maxBytes) => {
      if (waiting.length === 0) setImmediate(tick);
      idle = 0;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return inner.get(url, maxBytes);
    };
    return { get, urls: inner.urls, rounds: () => rounds };
  }

  test('hundreds of look-ups of many heads take three rounds: the way, the look-ups, the tiles', async () => {
    log = new FixtureLog();
    const count = 300;
    for (let i = 0; i < count; i++) {
      log.add(`example.com/m${i}`, v1, `h1:${i}=`, `h1:m${i}=`);
      log.pad(40);
    }
    log.pad(2000);
    for (let i = 0; i < count; i++) log.useOldHead(`example.com/m${i}`, v1, 12_400 + i * 5);
    const rounds = inRounds(Number.POSITIVE_INFINITY);
    const db = open({ transport: rounds });
    await Promise.all(Array.from({ length: count }, (_, i) => db.requireHash(`example.com/m${i}`, v1, `h1:${i}=`)));
    expect(rounds.rounds()).toBe(3);
    expect(new Set(rounds.urls).size).toBe(rounds.urls.length);
    await db.flush();
  });

  test('a newer head than the stored one costs no further round', async () => {
    await visit();
    log.add('example.com/b', v1, zipHash, modHash);
    log.pad(3000);
    const rounds = inRounds(Number.POSITIVE_INFINITY);
    const db = open({ transport: rounds });
    await db.requireHash('example.com/b', v1, zipHash);
    expect(rounds.rounds()).toBe(3);
  });

  test('the way can be found while nothing is asked yet', async () => {
    const db = open();
    db.prepare();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked()).toEqual(['/supported']);
    await verify(db);
    expect(asked().filter((path) => path === '/supported')).toHaveLength(1);
  });
});
