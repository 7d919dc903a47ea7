/** A main module of Go files in a temporary folder, and modules whose extracted folders lie beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goModText, type MemoryModule } from '../../support/memory-mirror.js';
import { useTempDir } from '../../support/temp-dir.js';
import { type TestOptions, type TestSession, useSessions } from '../world.js';

export type Files = Readonly<Record<string, string>>;

/** A Go file that imports `paths`. */
export const imports = (...paths: string[]) => `package p\n\nimport (\n${paths.map((p) => `\t"${p}"\n`).join('')})\n`;

export interface SourceModule {
  /** `path@version` */
  readonly name: string;
  readonly go?: string;
  readonly requires?: readonly string[];
  /** Files by name: a Go file's text. */
  readonly files: Files;
}

function writeFiles(dir: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** Call at the top of a test file; the result opens a session over a main module's files and the modules that can be had. */
export function useSources(): (
  files: Files,
  modules?: readonly SourceModule[],
  options?: TestOptions,
) => Promise<TestSession> {
  const openTest = useSessions();
  const tempDir = useTempDir();
  return (files, modules = [], options = {}) => {
    const had = modules.map(({ name, go = '1.21', requires = [], files: source }): MemoryModule => {
      const [path, version] = name.split('@') as [string, string];
      const dir = tempDir();
      const goMod = goModText(path, go, requires);
      writeFiles(dir, { 'go.mod': goMod, ...source });
      return { path, version, goMod, dir };
    });
    return openTest({ command: 'mod tidy', files, modules: had, ...options });
  };
}
