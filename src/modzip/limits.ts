/** The sizes that a module may have (go.dev/ref/mod#zip-path-size-constraints). */

/** Of a module zip, and of all files in it together. */
export const maxZipBytes = 500 * 2 ** 20;
/** Of a go.mod file in the module's root. */
export const maxGoModBytes = 16 * 2 ** 20;
/** Of a LICENSE file in the module's root. */
export const maxLicenseBytes = 16 * 2 ** 20;

/** Says what is wrong with the size of the file, if it is one of those that have a limit of their own. */
export function sizeFault(path: string, size: number): string | undefined {
  if (path === 'go.mod' && size > maxGoModBytes) return `go.mod file too large (max size is ${maxGoModBytes} bytes)`;
  if (path === 'LICENSE' && size > maxLicenseBytes) {
    return `LICENSE file too large (max size is ${maxLicenseBytes} bytes)`;
  }
  return undefined;
}
