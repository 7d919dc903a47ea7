#!/usr/bin/env node
import * as nodeModule from 'node:module';

nodeModule.enableCompileCache?.();
const { runProcess } = await import('../dist/cli/main.js');
process.exitCode = await runProcess();
