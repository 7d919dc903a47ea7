/**
 * What goes into a module zip, and what may stand in one.
 *
 * @example
 * ```js
 * import { checkFiles, checkZipEntries } from 'tsgoget/modzip';
 *
 * const files = ['go.mod', 'greet.go', 'vendor/example.com/words/words.go'].map((path) => ({ path, size: 100 }));
 * checkFiles(files, '1.24').valid; // → ['go.mod', 'greet.go']
 *
 * const greet = { path: 'example.com/greet', version: 'v1.3.0' };
 * const report = checkZipEntries(greet, 500, [{ name: 'example.com/greet@v1.3.0/../go.mod', size: 100 }]);
 * report.err()?.code; // → 'invalid-zip'
 * ```
 */
export { checkFiles, type ModuleFile, selectFiles } from './check-files.js';
export { checkModule, checkZipEntries, type ZipEntryInfo } from './check-zip.js';
export { foldCase } from './fold.js';
export { maxGoModBytes, maxLicenseBytes, maxZipBytes } from './limits.js';
export type { FileReason, ZipReport } from './report.js';
