/**
 * Builds dist/: `cli`, the program as one bundle split by command (dependencies inside, koffi outside), and `lib`, the
 * library as modules with declarations. `node build.js` builds both, after a clean; tests build the program alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bytecodeFolder, compile } from './bin/load.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const cliDir = join(root, 'dist/cli');

/** Node's larger modules, which few commands need: loaded when the first of their functions is called. */
const lazyNodeModules = {
  name: 'lazy-node-modules',
  setup({ onResolve, onLoad }) {
    const namespace = 'lazy';
    const fromSource = (importer) => importer.startsWith(join(root, 'src')) || /[\\/]commander[\\/]/.test(importer);
    onResolve({ filter: /^node:(?:child_process|crypto|net|worker_threads|zlib)$/ }, ({ path, importer, kind }) =>
      fromSource(importer) && kind !== 'dynamic-import' ? { path, namespace, sideEffects: false } : undefined,
    );
    onLoad({ filter: /^/, namespace }, ({ path }) => {
      const module = process.getBuiltinModule(path);
      const names = Object.keys(module).filter((name) => typeof module[name] === 'function');
      const lazy = (name) =>
        `export function ${name}(...args) { const { ${name}: f } = load(); return new.target ? new f(...args) : f(...args); }`;
      return {
        contents: `let loaded; const load = () => (loaded ??= require("${path}"));\n${names.map(lazy).join('\n')}`,
      };
    });
  },
};

/**
 * A chunk as CommonJS: node's loader of modules alone takes longer than a small command. An import becomes a constant for each name: esbuild's
 * chunks change nothing that they have exported, and no two of them need each other (test/cli/start-up.test.ts).
 */
function toCommonJs(text) {
  const required = (name) => (name === '"koffi"' ? `{ default: require(${name}) }` : `require(${name})`);
  const code = text
    .replace(/^import ("[^"]+");$/gm, 'require($1);')
    .replace(/^import (?:\* as )?(\{[^}]*\}|[\w$]+) from ("[^"]+");$/gm, (_, names, from) => {
      return `const ${names.replace(/([\w$]+) as ([\w$]+)/g, '$1: $2')} = require(${from});`;
    })
    .replace(/\bimport\(("[^"]+")\)/g, (_, name) => `Promise.resolve().then(() => (${required(name)}))`)
    .replace(/^export default (.*);$/m, 'exports.default = $1;')
    .replace(/^export \{([^}]*)\};$/m, (_, names) => {
      return `module.exports = {${names.replace(/([\w$]+) as ([\w$]+)/g, '$2: $1')}};`;
    })
    .replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href');
  const left = /^(?:import|export)\b.*|\bimport\.meta\b/m.exec(code);
  if (left !== null) throw new Error(`not understood: ${left[0]}`);
  return `'use strict';\n${code}`;
}

/** Replaces a file whole. */
async function replaceFile(file, content) {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/** Builds the program of the threads, a file by itself: they share nothing with the others, and start faster without. */
async function buildThread(name) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/zipfile/zip-thread.ts'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  await replaceFile(join(cliDir, name), outputFiles[0].text);
  return name;
}

/** Builds the program. The entry comes last, and old files go after that: a program that runs meanwhile is not disturbed. */
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
    plugins: [lazyNodeModules],
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const bytecode = bytecodeFolder(cliDir);
  await mkdir(bytecode, { recursive: true });
  const thread = await buildThread('zip-thread.cjs');
  const isMain = (file) => basename(file.path) === 'main.cjs';
  for (const file of [...outputFiles.filter((f) => !isMain(f)), ...outputFiles.filter(isMain)]) {
    const code = toCommonJs(file.text);
    const filename = basename(file.path); // in stack traces
    const compiled = join(bytecode, filename);
    await rm(compiled, { force: true });
    await replaceFile(file.path, code);
    await replaceFile(compiled, compile(code, { filename, produceCachedData: true }).cachedData);
  }
  return [thread, ...outputFiles.map((file) => basename(file.path))];
}

/** Removes what older builds have left, bytecode for other releases of node with it. */
async function cleanCli(files) {
  const bytecode = bytecodeFolder(cliDir);
  for (const folder of [cliDir, bytecode]) {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (!files.includes(name) && path !== bytecode) await rm(path, { recursive: true, force: true });
    }
  }
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
