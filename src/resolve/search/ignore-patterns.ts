/**
 * The folders that a go.mod takes out of package patterns (go.dev/ref/mod#go-mod-file-ignore, since Go 1.25):
 * `./x` is the one at the module's root, `x` any of that name, and both with all that is below.
 */
import { sep } from 'node:path';

/** Makes the test whether a folder is ignored, by its path relative to the module's root; '' is the root itself. */
export function ignorePatterns(patterns: readonly string[]): (dir: string) => boolean {
  const atRoot: string[] = [];
  const anywhere: string[] = [];
  for (const pattern of patterns) {
    if (pattern.startsWith('./')) atRoot.push(betweenSlashes(pattern.slice(2)));
    else anywhere.push(betweenSlashes(pattern));
  }
  return (dir) => {
    if (dir === '') return false;
    const path = betweenSlashes(dir);
    return atRoot.some((p) => path.startsWith(p)) || anywhere.some((p) => path.includes(p));
  };
}

function betweenSlashes(path: string): string {
  const slashed = path.replaceAll(sep, '/');
  return `${slashed.startsWith('/') ? '' : '/'}${slashed}${slashed.endsWith('/') ? '' : '/'}`;
}
