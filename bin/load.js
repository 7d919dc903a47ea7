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
    const run = compile(readFileSync(filename, 'utf8'), { filename, cachedData });
    run(module, module.exports, load, filename);
    return module.exports;
  };
}

module.exports = { bytecodeFolder, compile, createLoad };
