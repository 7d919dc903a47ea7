#!/usr/bin/env node
process.getBuiltinModule('module').enableCompileCache?.();
const { runProcess } = await import('../dist/cli/main.js');
process.exitCode = await runProcess();
