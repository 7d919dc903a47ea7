import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FolderScanner } from '../../../src/resolve/search/scan-folder.js';
import type { Session } from '../../../src/resolve/session/session.js';
import { SourceTree } from '../../../src/sourcetree/index.js';
import { useTempDir } from '../../support/temp-dir.js';

const tempDir = useTempDir();

/** A scanner for a session with this module cache. */
async function scannerOver(cacheDir: string): Promise<FolderScanner> {
  const tree = await SourceTree.open({ cwd: cacheDir });
  return new FolderScanner({ tree, fetcher: { options: { cache: { dir: cacheDir } } } } as unknown as Session);
}

async function scan(cacheDir: string, dir: string): Promise<readonly string[]> {
  return (await (await scannerOver(cacheDir)).scan(dir, 'any')).imports;
}

function folderOf(parent: string, files: Readonly<Record<string, string>>): string {
  const dir = join(parent, 'example.com', 'a@v1.0.0');
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

describe('a file that is not quite Go', () => {
  const files = {
    'a.go': 'package p\nimport "a"\n',
    'template.go': 'package p\nimport "{{.Path}}/x"\n',
    'open.go': 'package p\nimport (\n"b"\n"c\n',
  };

  test('imports nothing in the module cache, as go’s index has it', async () => {
    const cache = tempDir();
    expect(await scan(cache, folderOf(cache, files))).toEqual(['a']);
    const withNul = folderOf(cache, { ...files, 'nul.go': 'package p\nimport "\0"\n' });
    expect(await scan(cache, withNul)).toEqual(['a']);
  });

  test('imports what stands before the fault elsewhere, and a NUL is told', async () => {
    const dir = folderOf(tempDir(), files);
    expect(await scan(tempDir(), dir)).toEqual(['a', 'b', '{{.Path}}/x']);
    writeFileSync(join(dir, 'nul.go'), 'package p\nimport "\0"\n');
    await expect(scan(tempDir(), dir)).rejects.toThrow(`reading ${join(dir, 'nul.go')}: unexpected NUL in input`);
  });
});

test('imports that end far down are read to their end', async () => {
  const dir = folderOf(tempDir(), { 'a.go': `// ${'a'.repeat(50_000)}\npackage p\nimport "a"\nfunc f() {}\n` });
  expect(await scan(tempDir(), dir)).toEqual(['a']);
});

test('what no module provides is left out', async () => {
  const dir = folderOf(tempDir(), {
    'a.go': 'package p\nimport ("C"; "appengine"; "appengine/x"; "appengines"; "fmt")\n',
  });
  expect(await scan(tempDir(), dir)).toEqual(['appengines', 'fmt']);
});
