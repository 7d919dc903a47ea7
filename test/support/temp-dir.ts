/** A folder for one test file, removed at its end with the read-only folders in it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { removeTree } from '../../src/files/folder.js';

/** Makes the folder; call it at the top of a test file. The result makes a new folder in it with each call. */
export function useTempDir(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'tsgoget-test-'));
  afterAll(() => removeTree(root));
  return () => mkdtempSync(join(root, 'd'));
}
