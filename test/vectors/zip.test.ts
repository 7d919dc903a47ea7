/** The zip vectors of golang.org/x/mod, read from the shared folder beside the repository; skipped where it is not. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../src/errors.js';
import { hashDir } from '../../src/files/folder.js';
import { goModLookup } from '../../src/gover/index.js';
import type { ModuleVersion } from '../../src/module/index.js';
import { checkFiles, checkZipEntries, type FileReason, type ModuleFile, selectFiles } from '../../src/modzip/index.js';
import { checkOpenZip, extractOpenZip } from '../../src/zipfile/extract-zip.js';
import { hashOpenZip, withZip } from '../../src/zipfile/hash-zip.js';
import { createModuleZip, type SourceFile, writeZip } from '../support/module-zip-writer.js';
import { useTempDir } from '../support/temp-dir.js';
import { parseTxtar, type TxtarFile } from '../support/txtar.js';

const vectors = fileURLToPath(new URL('../../../shared/vectors/zip', import.meta.url));
const tempDir = useTempDir();

interface Vector extends ModuleVersion {
  readonly name: string;
  readonly want: string;
  readonly wantErr: string;
  readonly hash: string;
  readonly files: readonly TxtarFile[];
}

function load(kind: string): Vector[] {
  if (!existsSync(vectors)) return [];
  return readdirSync(join(vectors, kind)).map((name) => {
    const { comment, files } = parseTxtar(readFileSync(join(vectors, kind, name)));
    // a byte that is not UTF-8 stands as a lone surrogate: no JavaScript string can hold it
    const text = Buffer.from(comment).toString('latin1').replace(/\xff/g, '\ud800');
    const value = (key: string) => new RegExp(`^${key}=(.*?)\\s*(?:#.*)?$`, 'm').exec(text)?.[1] ?? '';
    return {
      name,
      path: value('path'),
      version: value('version'),
      wantErr: value('wantErr').replace('\\xff', '\\ufffd'),
      hash: value('hash'),
      want: Buffer.from(files.find((f) => f.name === 'want')?.data ?? '').toString(),
      files: files.filter((f) => f.name !== 'want'),
    };
  });
}

const source = (files: readonly TxtarFile[]): SourceFile[] => files.map((f) => ({ path: f.name, data: f.data }));
const sizes = (files: readonly TxtarFile[]): ModuleFile[] => files.map((f) => ({ path: f.name, size: f.data.length }));

function goVersionOf(files: readonly SourceFile[]): string {
  const goMod = files.find((f) => f.path === 'go.mod');
  return goMod === undefined ? '' : goModLookup(Buffer.from(goMod.data), 'go');
}

function show(report: { valid: readonly string[]; omitted: readonly FileReason[]; invalid: readonly FileReason[] }) {
  const lines = (list: readonly FileReason[]) => list.map(({ path, reason }) => `${path}: ${reason}`);
  const sections = { valid: report.valid, omitted: lines(report.omitted), invalid: lines(report.invalid) };
  return Object.entries(sections)
    .map(([title, list]) => [`${title}:`, ...list].join('\n'))
    .join('\n\n');
}

/** Writes the files as a folder, and lists it as a walk meets them. */
function folderOf(files: readonly TxtarFile[]): ModuleFile[] {
  const dir = tempDir();
  for (const { name, data } of files) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), data);
  }
  const list = (at: string): ModuleFile[] =>
    readdirSync(join(dir, at))
      .sort()
      .flatMap((base) => {
        const path = at === '' ? base : `${at}/${base}`;
        const stat = lstatSync(join(dir, path));
        const kind = stat.isDirectory() ? ('dir' as const) : ('file' as const);
        return [{ path, size: stat.size, kind }, ...(kind === 'dir' ? list(path) : [])];
      });
  return list('');
}

async function verdict(make: () => Promise<string> | string): Promise<{ hash: string; error: string }> {
  try {
    return { hash: await make(), error: '' };
  } catch (error) {
    return { hash: '', error: messageOf(error) };
  }
}

function agree(v: Vector, got: { hash: string; error: string }): void {
  if (v.wantErr === '') expect(got).toEqual({ hash: v.hash, error: '' });
  else expect(got.error).toContain(v.wantErr);
}

async function hashZipBytes(zip: Uint8Array): Promise<string> {
  const file = join(tempDir(), 'm.zip');
  writeFileSync(file, zip);
  return withZip(file, hashOpenZip);
}

describe.skipIf(!existsSync(vectors))('zip vectors (skipped when the shared folder is not there)', () => {
  test.each(load('check_files'))('check_files/$name', (v) => {
    expect(show(checkFiles(sizes(v.files), goVersionOf(source(v.files)))).trim()).toBe(v.want.trim());
  });

  test.each(load('check_dir'))('check_dir/$name', (v) => {
    const goVersion = goVersionOf(source(v.files));
    const { files, omitted } = selectFiles(folderOf(v.files), goVersion);
    const report = checkFiles(files, goVersion);
    const all = { ...report, omitted: [...report.omitted, ...omitted] };
    expect(show(all).trim()).toBe(v.want.replaceAll('$work/', '').trim());
  });

  test.each(load('check_zip'))('check_zip/$name', (v) => {
    const entries = v.files.map((f) => ({ name: f.name, size: f.data.length }));
    expect(show(checkZipEntries(v, 1, entries)).trim()).toBe(v.want.trim());
  });

  test.each(load('create'))('create/$name', async (v) => {
    agree(v, await verdict(() => hashZipBytes(createModuleZip(v, source(v.files)))));
  });

  test.each(load('create_from_dir'))('create_from_dir/$name', async (v) => {
    const chosen = async () => {
      const { files } = selectFiles(folderOf(v.files), goVersionOf(source(v.files)));
      const names = new Set(files.map((f) => f.path));
      return hashZipBytes(createModuleZip(v, source(v.files.filter((f) => names.has(f.name)))));
    };
    agree(v, await verdict(chosen));
  });

  test.each(load('unzip'))('unzip/$name', async (v) => {
    const dir = join(tempDir(), 'out');
    const file = join(tempDir(), 'm.zip');
    writeFileSync(file, writeZip(v.files.map((f) => ({ name: f.name, data: f.data, method: 'deflate' }))));
    const unzip = async () => {
      await withZip(file, async (zip) => {
        checkOpenZip(zip, v);
        await extractOpenZip(zip, v, dir);
      });
      return hashDir(dir, `${v.path}@${v.version}`);
    };
    agree(v, await verdict(unzip));
    if (v.wantErr !== '') expect(existsSync(dir)).toBe(false);
  });

  test('every kind of vector is there', () => {
    expect(readdirSync(vectors).sort()).toEqual([
      'check_dir',
      'check_files',
      'check_zip',
      'create',
      'create_from_dir',
      'unzip',
    ]);
  });
});
