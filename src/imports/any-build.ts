/** Whether any build could use a Go file, whatever its tags: what `go mod vendor` copies (go.dev/ref/mod#go-mod-vendor). */
import { shouldBuild } from './build-constraint.js';
import { readHeader } from './header-reader.js';

/** False for a file whose constraint needs the tag `ignore`; what cannot be read is not looked at closely. Nothing throws. */
export function isInAnyBuild(data: Uint8Array): boolean {
  let header: Uint8Array;
  try {
    ({ header } = readHeader('', data));
  } catch {
    return true;
  }
  return shouldBuild(header, 'any');
}
