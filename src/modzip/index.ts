export { checkFiles, type ModuleFile, selectFiles } from './check-files.js';
export { checkModule, checkZipEntries, type ZipEntryInfo } from './check-zip.js';
export { foldCase } from './fold.js';
export { maxGoModBytes, maxLicenseBytes, maxZipBytes } from './limits.js';
export type { FileReason, ZipReport } from './report.js';
