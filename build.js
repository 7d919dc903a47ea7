/**
 * Builds dist/: `cli`, the program as one bundle split by command (dependencies inside, koffi outside), and `lib`, the
 * library as modules with declarations. `node build.js` builds both, after a clean; tests build the program alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const cliDir = join(root, 'dist/cli');

/**
 * Takes Node's own modules as objects: an import of one reads all its exports, and some of these load more modules when
 * they are read. That is a fifth of the time that the program takes to start.
 */
function withoutNodeImports(text) {
  return text.replace(/^import (?:\* as )?(\{[^}]*\}|[\w$]+) from "(node:[\w/]+)";$/gm, (_, names, module) => {
    const pattern = names.replace(/([\w$]+) as ([\w$]+)/g, '$1: $2').replace(/\s+/g, ' ');
    return `const ${pattern} = globalThis.process.getBuiltinModule("${module}");`;
  });
}

/** Builds the program. Each file is replaced whole, and old ones go last: one that runs meanwhile is not disturbed. */
export async function buildCli() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: cliDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['koffi'],
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    // CommonJS dependencies call require for Node's own modules.
    banner: { js: "const require = globalThis.process.getBuiltinModule('module').createRequire(import.meta.url);" },
  });
  await mkdir(cliDir, { recursive: true });
  const isMain = (file) => basename(file.path) === 'main.js';
  for (const file of [...outputFiles.filter((f) => !isMain(f)), ...outputFiles.filter(isMain)]) {
    const temporary = `${file.path}.${process.pid}`;
    await writeFile(temporary, withoutNodeImports(file.text));
    await rename(temporary, file.path);
  }
  return outputFiles.map((file) => basename(file.path));
}

async function cleanCli(files) {
  for (const name of await readdir(cliDir)) if (!files.includes(name)) await rm(join(cliDir, name));
}

async function buildLibrary() {
  await rm(join(root, 'dist/lib'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await cleanCli(await buildCli());
  process.exitCode = await buildLibrary();
}
