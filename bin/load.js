/**
 * Loads the program: CommonJS files in one folder that require each other. To compile them takes longer than to run them, so the build
 * leaves their bytecode beside them for the release of node that it ran on. V8 compiles what does not fit its version and flags. For another
 * release, node's own cache does the same, from Node 22 on.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { compileFunction } = require('node:vm');

const bytecodeFolder = (folder) => join(folder, `bytecode-${process.version}-${process.platform}-${process.arch}`);

const compile = (code, options) => compileFunction(code, ['module', 'exports', 'require', '__filename'], options);

const usualBudget = 67_584;
const sparingBudget = 1_000_000;
let isSparing = false;

const setBudget = (bytes) => require('node:v8').setFlagsFromString(`--interrupt-budget=${bytes}`);

/**
 * Node 20 has no compiler between its simplest and its best, and would spend a quarter of a longer run on optimising what is then over:
 * from here on a function must do more before it is worth it. Later releases have one, and do not know the flag.
 */
function spareCompiler() {
  if (!process.version.startsWith('v20.')) return;
  isSparing = true;
  setBudget(sparingBudget);
}

/** The function that stands for `require` in the files of the folder. */
function createLoad(folder) {
  const bytecode = bytecodeFolder(folder);
  if (!existsSync(bytecode)) {
    require('node:module').enableCompileCache?.();
    return (name) => require(join(folder, name));
  }
  const loaded = new Map();
  return function load(name) {
    if (!name.startsWith('./')) return require(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const filename = join(folder, name);
    const cached = join(bytecode, name);
    const cachedData = existsSync(cached) ? readFileSync(cached) : undefined;
    if (isSparing) setBudget(usualBudget); // bytecode fits the flags that it was made with
    const run = compile(readFileSync(filename, 'utf8'), { filename, cachedData });
    if (isSparing) setBudget(sparingBudget);
    run(module, module.exports, load, filename);
    return module.exports;
  };
}

module.exports = { bytecodeFolder, compile, createLoad, spareCompiler };
