/**
 * The rules for what stands in a module zip (go.dev/ref/mod#zip-files; golang.org/x/mod/zip "CheckZip").
 * Names and sizes are the archive's claims: whoever reads the contents must hold the sizes against what really comes.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { messageOf, TsgogetError } from '../errors.js';
import { canonicalVersion, check, checkFilePath, type ModuleVersion } from '../module/index.js';
import { Collisions } from './collisions.js';
import { maxZipBytes, sizeFault } from './limits.js';
import { ReportBuilder, type ZipReport } from './report.js';

/** An entry of the archive's directory. A name that ends in a slash is a folder. */
export interface ZipEntryInfo {
  readonly name: string;
  /** The uncompressed size in bytes, as the archive has it. */
  readonly size: number;
}

/** Throws 'invalid-version' or 'invalid-path' unless the path is well-formed and the version canonical and of the path's major version. */
export function checkModule({ path, version }: ModuleVersion): void {
  const canonical = canonicalVersion(version);
  if (canonical !== version) {
    const words = `version ${quoteGo(version)} is not canonical (should be ${quoteGo(canonical)})`;
    throw new TsgogetError('invalid-version', words);
  }
  check(path, version);
}

/**
 * Checks the zip of a module: its size and the entries of its directory, in their order. The report names entries as the zip does.
 * Throws like `checkModule`.
 */
export function checkZipEntries(module: ModuleVersion, zipBytes: number, entries: Iterable<ZipEntryInfo>): ZipReport {
  checkModule(module);
  const report = new ReportBuilder();
  if (zipBytes > maxZipBytes) {
    report.sizeError = `module zip file is too large (${zipBytes} bytes; limit is ${maxZipBytes} bytes)`;
    return report;
  }
  const prefix = `${module.path}@${module.version}/`;
  const collisions = new Collisions();
  let total = 0;
  for (const { name, size } of entries) {
    if (name === prefix) continue;
    const reason = name.startsWith(prefix)
      ? entryFault(name.slice(prefix.length), collisions)
      : `path does not have prefix "${prefix}"`;
    if (reason !== undefined) {
      report.invalid.push({ path: name, reason });
      continue;
    }
    if (name.endsWith('/')) continue;
    total += size;
    if (total > maxZipBytes) {
      report.sizeError = `total uncompressed size of module contents too large (max size is ${maxZipBytes} bytes)`;
    }
    const tooLarge = sizeFault(name.slice(prefix.length), size);
    if (tooLarge === undefined) report.valid.push(name);
    else report.invalid.push({ path: name, reason: tooLarge });
  }
  return report;
}

function entryFault(entry: string, collisions: Collisions): string | undefined {
  const isDir = entry.endsWith('/');
  const path = isDir ? entry.slice(0, -1) : entry;
  const fault = pathFault(path) ?? collisions.add(path, isDir);
  if (fault !== undefined || isDir) return fault;
  if (!/(?:^|\/)go\.mod$/i.test(path)) return undefined;
  if (path.includes('/')) return 'go.mod file not in module root directory';
  return path === 'go.mod' ? undefined : 'go.mod files must have lowercase names';
}

function pathFault(path: string): string | undefined {
  if (!isClean(path)) return 'file path is not clean';
  try {
    checkFilePath(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Reports whether a slash-separated path has no element that could be left out: what Go's path.Clean leaves as it is. */
export function isClean(path: string): boolean {
  if (path === '.' || path === '/') return true;
  const elements = (path.startsWith('/') ? path.slice(1) : path).split('/');
  const up = path.startsWith('/') ? 0 : elements.findIndex((element) => element !== '..');
  return elements.slice(up < 0 ? elements.length : up).every((e) => e !== '' && e !== '.' && e !== '..');
}
