/**
 * Zips in threads: what they answer is what is answered without, errors word for word; and whatever becomes of a thread, the job is done.
 * The thread's program is the built one.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { TsgogetError } from '../../src/errors.js';
import { errorOf, errorText } from '../../src/zipfile/error-text.js';
import { doZipJob, type ExtractJob, type ZipJob } from '../../src/zipfile/zip-job.js';
import { ZipThreads, type ZipThreadsOptions } from '../../src/zipfile/zip-threads.js';
import { createModuleZip, writeZip } from '../support/module-zip-writer.js';
import { useTempDir } from '../support/temp-dir.js';

const program = fileURLToPath(new URL('../../dist/cli/zip-thread.cjs', import.meta.url));
const tempDir = useTempDir();
const module = { path: 'example.com/m', version: 'v1.0.0' };
const prefix = 'example.com/m@v1.0.0/';
const sources = [
  { path: 'go.mod', data: 'module example.com/m\n' },
  ...Array.from({ length: 40 }, (_, i) => ({
    path: `p${i % 7}/f${i}.go`,
    data: `package p\n${'// x\n'.repeat(i * 50)}`,
  })),
  { path: 'empty.txt', data: '' },
];
const goodZip = createModuleZip(module, sources);

const opened: ZipThreads[] = [];
function newThreads(options: Partial<ZipThreadsOptions> = {}): ZipThreads {
  expect(inject('buildFailure')).toBe('');
  const threads = new ZipThreads({ file: program, count: 2, worthBytes: 0, keptBytes: 2 ** 25, ...options });
  opened.push(threads);
  return threads;
}
afterEach(async () => {
  for (const threads of opened.splice(0)) await threads.close();
});

/** A program of a thread, of a test's own. */
function threadProgram(text: string): string {
  const file = join(tempDir(), 'thread.cjs');
  writeFileSync(file, `const { parentPort } = require('node:worker_threads');\n${text}`);
  return file;
}

function put(bytes: Uint8Array): string {
  const file = join(tempDir(), 'm.zip');
  writeFileSync(file, bytes);
  return file;
}

const hashJob = (file: string): ZipJob => ({ task: 'hash', file, module });

function extractJob(file: string, h1?: string): ExtractJob {
  const dir = tempDir();
  const folder = join(dir, 'example.com', 'm@v1.0.0');
  return { task: 'extract', file, h1, module, folder, partial: join(dir, 'v1.0.0.partial'), modcacherw: false };
}

function contentsOf(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const { mode, size } = statSync(join(dir, name));
    const isFile = (mode & 0o170000) === 0o100000;
    found.set(name, `${(mode & 0o777).toString(8)} ${isFile ? `${size} ${readFileSync(join(dir, name), 'hex')}` : ''}`);
  }
  return found;
}

/** What an error says, its causes included; undefined where there is none. */
async function saying(result: Promise<unknown>): Promise<unknown> {
  const error = await result.then(
    () => undefined,
    (e: unknown) => e,
  );
  return error === undefined ? undefined : { isOurs: error instanceof TsgogetError, text: errorText(error) };
}

const nothingIsLeft = ({ folder, partial }: ExtractJob) => {
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(partial)).toBe(false);
};

describe('the same as without threads', () => {
  test('hash and extraction', async () => {
    const threads = newThreads();
    const file = put(goodZip);
    const hashed = await threads.do(hashJob(file), undefined);
    expect(hashed).toEqual(await doZipJob(hashJob(file)));
    expect(threads.size).toBe(1);
    const [there, here] = [extractJob(file), extractJob(file)];
    await threads.do(there, undefined);
    await doZipJob(here);
    expect(contentsOf(there.folder)).toEqual(contentsOf(here.folder));
    expect(contentsOf(there.folder).size).toBe(sources.length + 7);
    expect(existsSync(there.partial)).toBe(false);
  });

  test('a content that is too large to be held whole', async () => {
    const threads = newThreads();
    const large = Buffer.alloc(9 * 2 ** 20, 'package large\n');
    const file = put(createModuleZip(module, [...sources, { path: 'large.go', data: large }]));
    const hashed = await threads.do(hashJob(file), undefined);
    expect(hashed).toEqual(await doZipJob(hashJob(file)));
    const job = extractJob(file, hashed.h1);
    await threads.do(job, undefined);
    expect(readFileSync(join(job.folder, 'large.go')).equals(large)).toBe(true);
  });

  const goMod = { name: `${prefix}go.mod`, data: 'module example.com/m\n' };
  const bomb = deflateRawSync(Buffer.alloc(2 ** 20));
  test.each<[string, Uint8Array]>([
    ['no zip', Buffer.from('not a zip')],
    ['cut off', goodZip.subarray(0, goodZip.length - 30)],
    ['of another module', writeZip([{ name: 'example.com/other@v1.0.0/a.go', data: 'x' }])],
    ['a name that leaves the folder', writeZip([goMod, { name: `${prefix}../../evil`, data: 'x' }])],
    ['a file twice', writeZip([goMod, { name: `${prefix}a.go`, data: 'x' }, { name: `${prefix}a.go`, data: 'y' }])],
    [
      'names that collide',
      writeZip([goMod, { name: `${prefix}a.go`, data: 'x' }, { name: `${prefix}A.go`, data: 'y' }]),
    ],
    ['a wrong checksum', writeZip([goMod, { name: `${prefix}a.go`, data: 'x', crc32: 1, localCrc32: 1 }])],
    ['more than it says', writeZip([{ name: `${prefix}a.go`, method: 8, raw: bomb, size: 10, localSize: 10 }])],
    ['too large', writeZip([{ name: `${prefix}a.go`, data: 'x', size: 501 * 2 ** 20, localSize: 501 * 2 ** 20 }])],
    [
      'no deflate',
      writeZip([{ name: `${prefix}a.go`, method: 8, raw: Buffer.alloc(9, 0xff), size: 99, localSize: 99 }]),
    ],
  ])('a zip that is refused: %s', async (_, bytes) => {
    const threads = newThreads();
    const file = put(bytes);
    expect(await saying(threads.do(hashJob(file), undefined))).toEqual(await saying(doZipJob(hashJob(file))));
    const job = extractJob(file);
    const said = await saying(threads.do(job, undefined));
    expect(said).toMatchObject({ isOurs: true });
    expect(said).toEqual(await saying(doZipJob(job)));
    nothingIsLeft(job);
    expect(threads.size).toBe(1);
  });

  test('errors of the disk, with their hint', async () => {
    const threads = newThreads();
    const job = extractJob(put(goodZip));
    mkdirSync(job.partial); // in the way
    const said = await saying(threads.do(job, undefined));
    expect(said).toMatchObject({ isOurs: true, text: { code: 'cache' } });
    expect(said).toEqual(await saying(doZipJob(job)));
    const missing = hashJob(join(tempDir(), 'none.zip'));
    expect(await saying(threads.do(missing, undefined))).toEqual(await saying(doZipJob(missing)));
  });
});

describe('contents that are kept', () => {
  test('what was hashed is extracted without the zip; by its hash, and once', async () => {
    const threads = newThreads();
    const file = put(goodZip);
    const { h1 } = await threads.do(hashJob(file), undefined);
    rmSync(file);
    const other = extractJob(file, `h1:${'A'.repeat(43)}=`);
    await expect(threads.do(other, undefined)).rejects.toMatchObject({ code: 'cache' });
    nothingIsLeft(other);
    const job = extractJob(file, h1);
    await threads.do(job, undefined);
    const here = extractJob(put(goodZip));
    await doZipJob(here);
    expect(contentsOf(job.folder)).toEqual(contentsOf(here.folder));
    await expect(threads.do(extractJob(file, h1), undefined)).rejects.toMatchObject({ code: 'cache' });
  });

  test('stored entries, whose bytes were lent, are kept as they were', async () => {
    const threads = newThreads();
    const files = Array.from({ length: 30 }, (_, i) => ({ path: `f${i}`, data: Buffer.alloc(400_000, `${i} `) }));
    const file = put(createModuleZip(module, files, { method: 'store' }));
    const { h1 } = await threads.do(hashJob(file), undefined);
    rmSync(file);
    const job = extractJob(file, h1);
    await threads.do(job, undefined);
    for (const { path, data } of files) expect(readFileSync(join(job.folder, path)).equals(data)).toBe(true);
  });

  test('the rules for names hold for them too', async () => {
    const threads = newThreads();
    const file = put(
      writeZip([
        { name: `${prefix}a.go`, data: 'x' },
        { name: `${prefix}aux.go`, data: 'y' },
      ]),
    );
    const { h1 } = await threads.do(hashJob(file), undefined);
    const job = extractJob(file, h1);
    const said = await saying(threads.do(job, undefined));
    expect(said).toMatchObject({ text: { code: 'invalid-zip' } });
    expect(said).toEqual(await saying(doZipJob(job)));
    nothingIsLeft(job);
  });

  test('no more than there is room for', async () => {
    const threads = newThreads({ keptBytes: 1000 });
    const file = put(goodZip);
    const { h1 } = await threads.do(hashJob(file), undefined);
    rmSync(file);
    await expect(threads.do(extractJob(file, h1), undefined)).rejects.toMatchObject({ code: 'cache' });
  });
});

describe('threads', () => {
  test('none for a few small zips, and none where there is one processor or no program', async () => {
    const file = put(goodZip);
    const cases = [{ worthBytes: 2 * goodZip.length + 1 }, { count: 1 }, { file: join(tempDir(), 'none.cjs') }];
    for (const options of cases) {
      const threads = newThreads(options);
      for (let i = 0; i < 2; i++) expect((await threads.do(hashJob(file), undefined)).bytes).toBe(goodZip.length);
      expect(threads.size).toBe(0);
    }
  });

  test('no more than their number, whatever there is to do', async () => {
    const threads = newThreads();
    const file = put(goodZip);
    const jobs = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? extractJob(file) : hashJob(file)));
    await Promise.all(
      jobs.map(async (job) => {
        await threads.do(job, undefined);
        expect(threads.size).toBeLessThanOrEqual(2);
      }),
    );
    const first = contentsOf(extractedBy(jobs[0]!));
    for (const job of jobs) if (job.task === 'extract') expect(contentsOf(job.folder)).toEqual(first);
  });

  test('they end with close, and others start when there is more to do', async () => {
    const threads = newThreads();
    const file = put(goodZip);
    await threads.do(hashJob(file), undefined);
    await threads.close();
    expect(threads.size).toBe(0);
    await threads.do(hashJob(file), undefined);
    expect(threads.size).toBe(1);
  });

  test.each([
    ['does not start', `throw new Error('no');`],
    ['is no program', `syntax error`],
    ['ends in the midst of a job', `parentPort.on('message', () => process.exit(9));`],
    ['throws in the midst of a job', `parentPort.on('message', () => { throw new Error('no'); });`],
    ['gives up', `parentPort.on('message', () => parentPort.postMessage({ undone: true }));`],
    [
      'writes half a folder and ends',
      `const fs = require('node:fs');
      parentPort.on('message', ({ job }) => {
        if (job.task === 'extract') {
          fs.mkdirSync(job.folder, { recursive: true });
          fs.writeFileSync(job.folder + '/half', 'x');
          fs.writeFileSync(job.partial, '');
        }
        process.exit(1);
      });`,
    ],
  ])('a thread that %s: all is done here, whole', async (_, text) => {
    const threads = newThreads({ file: threadProgram(text) });
    const file = put(goodZip);
    const [here, ...jobs] = Array.from({ length: 4 }, () => extractJob(file));
    await doZipJob(here!);
    const h1 = (await doZipJob(hashJob(file))).h1;
    const results = await Promise.all([...jobs, hashJob(file)].map((job) => threads.do(job, undefined)));
    expect(results.at(-1)!.h1).toBe(h1);
    for (const job of jobs) {
      expect(contentsOf(job.folder)).toEqual(contentsOf(here!.folder));
      expect(existsSync(job.partial)).toBe(false);
    }
  });
});

describe('interrupted', () => {
  test('before: the thread ends at once, leaves nothing, and the reason is told', async () => {
    const threads = newThreads();
    const reason = new Error('enough');
    const job = extractJob(put(goodZip));
    const error = await threads.do(job, AbortSignal.abort(reason)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'interrupted', cause: reason });
    nothingIsLeft(job);
    await expect(threads.do(hashJob(job.file), AbortSignal.abort(reason))).rejects.toMatchObject({ cause: reason });
  });

  test('in the midst of a job: the thread learns of it', async () => {
    const file = threadProgram(
      `parentPort.on('message', ({ stop }) => {
        parentPort.postMessage; // it blocks, as inflating does
        Atomics.wait(stop, 0, 0, 10_000);
        const code = Atomics.load(stop, 0) === 0 ? 'failed' : 'interrupted';
        parentPort.postMessage({ failed: { code, message: 'interrupted' } });
      });`,
    );
    const threads = newThreads({ file });
    const stop = new AbortController();
    const running = Promise.allSettled([1, 2, 3].map(() => threads.do(hashJob(put(goodZip)), stop.signal)));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    for (const result of await running) expect(result).toMatchObject({ reason: { code: 'interrupted' } });
  });

  test('with the thread gone as well: nothing is left', async () => {
    const threads = newThreads({ file: threadProgram(`parentPort.on('message', () => process.exit(1));`) });
    const job = extractJob(put(goodZip));
    await expect(threads.do(job, AbortSignal.abort())).rejects.toMatchObject({ code: 'interrupted' });
    nothingIsLeft(job);
  });
});

test('an error passes from one thread to another with its code, its words, and those of its causes', () => {
  const cause = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', cause: new Error('deeper') });
  const error = new TsgogetError('cache', 'write x: no space left', { hint: 'free some', cause });
  const copy = errorOf(structuredClone(errorText(error)), undefined);
  expect(copy).toMatchObject({ code: 'cache', message: error.message, hint: 'free some', bare: false });
  expect(copy.cause).toMatchObject({ message: cause.message, code: 'ENOSPC', cause: { message: 'deeper' } });
});

function extractedBy(job: ZipJob): string {
  return job.task === 'extract' ? job.folder : dirname(job.file);
}
