/** Toolchain names: 'go' and a Go version, perhaps with a builder's suffix, as in go1.21.0-custom (go.dev/doc/toolchain#name). */
import { compareGo, isValidGo } from './go-version.js';

/**
 * The Go version in a toolchain name, without the suffix after '-', a space or a tab; '' when it is no such name.
 * 'default', 'local' and 'go1.21.0+auto' are none, and neither is anything with a path separator.
 */
export function fromToolchain(name: string): string {
  if (!name.startsWith('go') || /[\\/]/.test(name)) return '';
  const version = name.slice(2).split(/[ \t-]/, 1)[0]!;
  return isValidGo(version) ? version : '';
}

/** The toolchain name of a Go version: 'go1.21.0' of '1.21.0'. */
export function toolchainNameOf(goVersion: string): string {
  return `go${goVersion}`;
}

const versionOf = (name: string) => (isValidGo(name) ? name : fromToolchain(name));

/** Orders toolchains by the Go version in their names: -1, 0 or 1. Other names are below all and equal to each other. */
export function compareToolchains(x: string, y: string): number {
  return compareGo(versionOf(x), versionOf(y));
}

/** The greater of the two; x when they are equal. */
export function maxToolchain(x: string, y: string): string {
  return compareToolchains(x, y) < 0 ? y : x;
}
