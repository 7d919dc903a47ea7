/** Whether a folder has a package for a build: what a pattern of folders asks of each (cmd/go help buildconstraint). */
import { join } from 'node:path';
import { type BuildTags, matchesFileName, readHeader, shouldBuild } from '../../imports/index.js';
import type { SourceTree } from '../../sourcetree/index.js';

/**
 * `buildable`: some Go file belongs to the build, or is none that can be read as Go; `ignored`: the Go files that are there
 * belong to other builds; `empty`: there are none. Throws 'failed' when the folder or a file cannot be read.
 */
export function lookForBuild(tree: SourceTree, dir: string, tags: BuildTags): 'buildable' | 'ignored' | 'empty' {
  let isEmpty = true;
  for (const { name, type } of tree.entries(dir) ?? []) {
    if (!/^[^_.].*\.go$/s.test(name) || type === 'directory') continue;
    const file = join(dir, name);
    if (type === 'link' && !tree.isFileNow(file)) continue;
    if (belongs(tree, file, name, tags)) return 'buildable';
    isEmpty = false;
  }
  return isEmpty ? 'empty' : 'ignored';
}

function belongs(tree: SourceTree, file: string, name: string, tags: BuildTags): boolean {
  if (!matchesFileName(name, tags)) return false;
  const { packageName, imports, header } = readHeader(file, tree.readNow(file));
  if (packageName === '') return true;
  if (!shouldBuild(header, tags) || packageName === 'documentation') return false;
  return tags === 'any' || tags.has('cgo') || name.endsWith('_test.go') || imports.every(({ path }) => path !== 'C');
}
