/**
 * Which files of a tree are vendored packages: those never belong in a module zip.
 * The rule has a mistake that older modules' checksums depend on; go 1.24 mended it (go.dev/issue/37397, go.dev/issue/63395).
 */
import { compareGo, langVersion } from '../gover/index.js';

const mendedIn = '1.24';

/**
 * Reports whether the file belongs to a vendored package.
 * @param path slash-separated, from the module's root.
 * @param goVersion the `go` line of the module's go.mod, '' when there is none.
 */
export function isVendored(path: string, goVersion: string): boolean {
  const mended = goVersion !== '' && compareGo(langVersion(goVersion), mendedIn) >= 0;
  if (mended && path === 'vendor/modules.txt') return true;
  if (path.startsWith('vendor/')) return path.includes('/', 'vendor/'.length);
  const at = path.indexOf('/vendor/');
  if (at < 0) return false;
  return path.includes('/', (mended ? at : 0) + '/vendor/'.length);
}
