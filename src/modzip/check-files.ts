/**
 * The rules for what goes into a module zip from a list of files or a folder (golang.org/x/mod/zip "CheckFiles" and "CheckDir").
 * Names and sizes only; no file is opened.
 */
import { messageOf } from '../errors.js';
import { checkFilePath } from '../module/index.js';
import { isClean } from './check-zip.js';
import { Collisions } from './collisions.js';
import { maxZipBytes, sizeFault } from './limits.js';
import { type FileReason, ReportBuilder, type ZipReport } from './report.js';
import { isVendored } from './vendored.js';

export interface ModuleFile {
  /** Slash-separated, from the module's root. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** 'file' when it is not given. */
  readonly kind?: 'file' | 'dir' | 'symlink' | 'other';
}

/**
 * Checks the files of a module, in their order: each ends in one list of the report, once.
 * @param goVersion the `go` line of the module's go.mod; it decides what counts as vendored.
 */
export function checkFiles(files: readonly ModuleFile[], goVersion = ''): ZipReport {
  const report = new ReportBuilder();
  const reported = new Set<string>();
  const put = (list: FileReason[], path: string, reason: string) => {
    if (reported.has(path)) return;
    reported.add(path);
    list.push({ path, reason });
  };
  const modules = nestedModules(files);
  const collisions = new Collisions();
  let total = 0;
  for (const { path, size, kind = 'file' } of files) {
    if (!isClean(path)) put(report.invalid, path, 'file path is not clean');
    else if (path.startsWith('/')) put(report.invalid, path, 'file path is not relative');
    else if (isVendored(path, goVersion)) put(report.omitted, path, 'file is in vendor directory');
    else if (isInside(modules, path)) put(report.omitted, path, 'file is in another module');
    else if (path === '.hg_archival.txt') {
      put(report.omitted, path, "file is inserted by 'hg archive' and is always omitted");
    } else {
      const fault = nameFault(path) ?? collisions.add(path, kind === 'dir');
      if (fault !== undefined) put(report.invalid, path, fault);
      else if (kind === 'symlink') put(report.omitted, path, 'file is a symbolic link');
      else if (kind !== 'file') put(report.omitted, path, 'not a regular file');
      else {
        total += size;
        if (total > maxZipBytes) {
          report.sizeError = `module source tree too large (max size is ${maxZipBytes} bytes)`;
        }
        const tooLarge = sizeFault(path, size);
        if (tooLarge === undefined) report.valid.push(path);
        else put(report.invalid, path, tooLarge);
      }
    }
  }
  return report;
}

function nameFault(path: string): string | undefined {
  try {
    checkFilePath(path);
  } catch (error) {
    return messageOf(error);
  }
  return /^go\.mod$/i.test(path) && path !== 'go.mod' ? 'go.mod files must have lowercase names' : undefined;
}

/** The folders, with a slash at the end, that a go.mod file in any case makes modules of their own. */
function nestedModules(files: readonly ModuleFile[]): Set<string> {
  const found = files.filter((f) => (f.kind ?? 'file') === 'file' && /\/go\.mod$/i.test(f.path));
  return new Set(found.map((f) => f.path.slice(0, -'go.mod'.length)));
}

function isInside(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false;
  for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
    if (folders.has(path.slice(0, at + 1))) return true;
    if (at === 0) break;
  }
  return false;
}

const vcsFolders = new Set(['.bzr', '.git', '.hg', '.svn']);

/**
 * Picks, from everything in a folder (parents before children), the files that `checkFiles` is to judge.
 * Whole folders that are left out (version control, nested modules) are named once.
 */
export function selectFiles(
  entries: readonly ModuleFile[],
  goVersion = '',
): { files: ModuleFile[]; omitted: FileReason[] } {
  const files: ModuleFile[] = [];
  const omitted: FileReason[] = [];
  const skipped = new Set<string>();
  const goMods = new Set(entries.filter((e) => e.kind !== 'dir' && e.path.endsWith('/go.mod')).map((e) => e.path));
  for (const entry of entries) {
    const { path, kind = 'file' } = entry;
    if (isInside(skipped, path)) continue;
    if (isVendored(path, goVersion)) omitted.push({ path, reason: 'file is in vendor directory' });
    else if (kind === 'dir') {
      const isVcs = vcsFolders.has(path.slice(path.lastIndexOf('/') + 1));
      if (!isVcs && !goMods.has(`${path}/go.mod`)) continue;
      skipped.add(`${path}/`);
      omitted.push({
        path,
        reason: isVcs ? 'directory is a version control repository' : 'directory is in another module',
      });
    } else if (kind === 'file') files.push(entry);
    else omitted.push({ path, reason: 'not a regular file' });
  }
  return { files, omitted };
}
