/** Sessions whose modules have files: each module of the mirror is there as an extracted folder too. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MemoryModule, moduleOf } from '../../support/memory-mirror.js';
import { useTempDir } from '../../support/temp-dir.js';
import { type TestOptions, type TestSession, useSessions } from '../world.js';

/** The hash that the cache in memory gives for every zip. */
export const zipHash = `h1:${'A'.repeat(43)}=`;

export interface SourceModule extends MemoryModule {
  /** What is in the extracted folder, as `writeSource` takes it. */
  readonly source: readonly string[];
}

/** `path@version` with packages in these folders, '' for its root. */
export function sourceModule(
  name: string,
  folders: readonly string[],
  more: { go?: string; requires?: readonly string[]; goMod?: string } = {},
): SourceModule {
  return { ...moduleOf(name, more.go ?? '1.21', more.requires ?? [], more.goMod ?? ''), source: folders };
}

/** Writes the files that are named, a go.mod or an empty package, and `x.go` into each folder that is. */
export function writeSource(dir: string, names: readonly string[]): void {
  for (const name of names) {
    const file = join(dir, /\.(?:go|mod|txt)$/.test(name) ? name : join(name, 'x.go'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, file.endsWith('.go') ? 'package x\n' : file.endsWith('.mod') ? 'module nested\n' : '');
  }
}

export interface SourceOptions extends Omit<TestOptions, 'modules'> {
  readonly modules?: readonly SourceModule[];
  /** As `writeSource` takes them, in the folder of the session. */
  readonly source?: readonly string[];
}

/** Call at the top of a test file; the folders of the modules are given by `path@version`. */
export function useSourceSessions(): (
  options: SourceOptions,
) => Promise<TestSession & { folders: Map<string, string> }> {
  const open = useSessions();
  const tempDir = useTempDir();
  return async ({ modules = [], source = [], ...options }) => {
    const folders = new Map<string, string>();
    const extracted = modules.map((m) => {
      const dir = tempDir();
      writeSource(dir, m.source);
      folders.set(`${m.path}@${m.version}`, dir);
      return { ...m, dir };
    });
    const opened = await open({ ...options, modules: extracted });
    writeSource(opened.dir, source);
    return { ...opened, folders };
  };
}
