/** Edits of go.work: its use directives. */
import { addLine, dropWhere, setTokens } from './edit-syntax.js';
import type { GoWorkFile } from './go-work.js';
import { autoQuote } from './quote.js';
import { sortBlocks } from './sort-blocks.js';

/** Uses a folder: its first line stays, others for it go; a new one joins the last use block. */
export function addUse(file: GoWorkFile, path: string, modulePath: string): void {
  const first = file.use.find((u) => u.path === path);
  if (!first) {
    addNewUse(file, path, modulePath);
    return;
  }
  first.modulePath = modulePath;
  setTokens(first.syntax, ['use', autoQuote(path)]);
  file.use = dropWhere(file.use, (u) => u.path === path && u !== first);
}

/** Adds a line for a folder, whether it has one or not. */
export function addNewUse(file: GoWorkFile, path: string, modulePath: string): void {
  file.use.push({ path, modulePath, syntax: addLine(file.syntax, 'verb', ['use', autoQuote(path)]) });
}

export function dropUse(file: GoWorkFile, path: string): void {
  file.use = dropWhere(file.use, (u) => u.path === path);
}

/** Makes the file use exactly these folders, and sorts the blocks. Call `cleanup` afterwards. */
export function setUse(
  file: GoWorkFile,
  folders: readonly { readonly path: string; readonly modulePath: string }[],
): void {
  const wanted = new Map(folders.map((folder) => [folder.path, folder.modulePath]));
  file.use = dropWhere(file.use, (u) => !wanted.has(u.path));
  const missing = new Map(wanted);
  for (const use of file.use) {
    use.modulePath = wanted.get(use.path)!;
    missing.delete(use.path);
  }
  for (const [path, modulePath] of missing) addNewUse(file, path, modulePath);
  sortBlocks(file);
}
