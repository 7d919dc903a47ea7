/** Whoever reads a file reads it by the one reader: a pipe in its place is refused at once, with the reader's own words and code. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { headJudge, policyVariable } from '../../src/client/witness-rules.js';
import { writeEnvFile } from '../../src/goenv/env-write.js';
import { readGoEnv } from '../../src/goenv/index.js';
import { fileSource } from '../../src/goproxy/file-source.js';
import { loadTrust } from '../../src/http/certificates.js';
import { loadNetrc } from '../../src/http/netrc.js';
import { createModCache } from '../../src/modcache/index.js';
import { SourceTree } from '../../src/sourcetree/index.js';
import { CacheDir } from '../../src/sumdb/cache-dir.js';
import { readMonitorState } from '../../src/sumdb/monitor-state.js';
import { StateDir } from '../../src/sumdb/state-dir.js';
import { useTempDir } from '../support/temp-dir.js';

const tempDir = useTempDir();

describe.skipIf(process.platform === 'win32')('a pipe is not waited for', () => {
  let dir: string;
  let pipe: string;
  beforeEach(() => {
    dir = tempDir();
    pipe = join(dir, 'latest');
    execFileSync('mkfifo', [pipe]);
  });

  test('as a file of the user', async () => {
    const tree = await SourceTree.open({ cwd: dir });
    const refused = (doing: string) => ({ code: 'failed', message: `${doing} ${pipe}: not a regular file` });
    await expect(tree.read(pipe)).rejects.toMatchObject(refused('open'));
    await expect(tree.readLocked(pipe)).rejects.toMatchObject(refused('open'));
    expect(() => tree.readNow(pipe)).toThrow(expect.objectContaining(refused('open')));
    expect(() => tree.readNow(pipe, new Uint8Array(10))).toThrow(expect.objectContaining(refused('open')));
    await expect(tree.transform(pipe, () => new Uint8Array())).rejects.toMatchObject(refused('write'));
    await expect(SourceTree.open({ cwd: dir, overlay: 'latest' })).rejects.toMatchObject({
      message: 'reading overlay: open latest: not a regular file',
    });
  });

  test('as a setting', async () => {
    const env = readGoEnv({ env: { GOENV: pipe, HOME: dir, [policyVariable]: pipe }, cwd: dir });
    expect(env.fileValues.size).toBe(0);
    const words = `EFTYPE: not a regular file, open '${pipe}'`;
    const refused = (message: string) => expect.objectContaining({ code: 'invalid-setting', message });
    expect(() => writeEnvFile(env, { set: new Map([['GOPRIVATE', 'x']]) })).toThrow(
      refused(`reading go env config: ${words}`),
    );
    expect(() => headJudge(env, () => 0)).toThrow(refused(`${pipe}: ${words}`));
    await expect(loadTrust({ platform: 'linux', env: { SSL_CERT_FILE: pipe } })).rejects.toEqual(
      refused(`SSL_CERT_FILE: ${words}`),
    );
    expect(await loadTrust({ platform: 'linux', env: { SSL_CERT_DIR: dir } })).toBeDefined(); // what cannot be read there is skipped
    const trace: string[] = [];
    loadNetrc({ NETRC: pipe, home: dir, platform: process.platform }, (line) => trace.push(line));
    expect(trace).toEqual([`# GOAUTH=netrc: ${words}`]);
  });

  test('in a cache, a state or a proxy', async () => {
    const cache = createModCache({ dir, modcacherw: false });
    const refused = (message: string) => ({ code: 'cache', message: expect.stringContaining(message) });
    await expect(cache.readFolderFile(dir, 'latest')).rejects.toMatchObject(
      refused(`read ${pipe}: not a regular file`),
    );
    expect(await new CacheDir(dir).read('latest')).toBeUndefined();
    const state = new StateDir(dir, '.');
    await expect(state.readLatest()).rejects.toMatchObject(refused('cannot read the newest tree head'));
    await expect(state.readLatestLocked()).rejects.toThrow('not a regular file');
    await expect(readMonitorState(pipe)).rejects.toMatchObject(refused('not a regular file'));
    const proxy = fileSource(`file://${dir}`, process.platform);
    await expect(proxy.get('latest', { maxBytes: 10 })).rejects.toMatchObject({
      code: 'failed',
      message: `open file://${dir}/latest: not a regular file`,
    });
  });
});
