/**
 * What holds for each test file, though files share a process: property tests draw the same cases in every run, so that a failure is
 * the change's (TSGOGET_SEED asks for others), and the home of its programs is gone at its end.
 */
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { removeHome } from './home.js';

fc.configureGlobal({ seed: Number(process.env['TSGOGET_SEED'] ?? 20261121) });
afterAll(removeHome);
