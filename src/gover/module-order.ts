/**
 * Versions by module path: in a module graph `go` and `toolchain` are nodes like any module, but with Go's own versions
 * (go.dev/doc/toolchain#config).
 */
import { compareBytes } from '../encoding/compare-bytes.js';
import { semver, semverSyntax, type VersionSyntax } from '../module/index.js';
import { compareVersionFiles, type ModuleVersion } from '../module/version.js';
import { compareGo, isGoPrerelease, isLang, isValidGo, langVersion } from './go-version.js';
import { compareToolchains, fromToolchain, toolchainNameOf } from './toolchain.js';

/** Reports whether path is 'go' or 'toolchain', which stand for the lines of go.mod and cannot be fetched. */
export function isToolchainModule(path: string): boolean {
  return path === 'go' || path === 'toolchain';
}

/** The Go version of a version of 'go' or 'toolchain'; '' when there is none. */
const goVersionOf = (path: string, version: string) => (path === 'toolchain' ? fromToolchain(version) : version);

/** Orders two versions of the module: -1, 0 or 1. Invalid versions are lowest and equal to each other. */
export function modCompare(path: string, x: string, y: string): number {
  if (path === 'go') return compareGo(x, y);
  if (path === 'toolchain') return compareToolchains(x, y);
  return semver.compare(x, y);
}

/** Like compareModuleVersions, for lists that may hold `go` and `toolchain`. */
export function modCompareVersions(a: ModuleVersion, b: ModuleVersion): number {
  const compareVersions = (x: string, y: string) => modCompare(a.path, x, y) || compareBytes(x, y);
  return compareBytes(a.path, b.path) || compareVersionFiles(a.version, b.version, compareVersions);
}

/** Sorts the list in place by modCompareVersions. */
export function modSort(list: ModuleVersion[]): void {
  list.sort(modCompareVersions);
}

/** Reports whether version is one that the module can have, canonical or not. */
export function modIsValid(path: string, version: string): boolean {
  return isToolchainModule(path) ? isValidGo(goVersionOf(path, version)) : semver.isValid(version);
}

/** Reports whether a valid version of the module names a family of versions: v1.2, or for `go` 1.21. */
export function modIsPrefix(path: string, version: string): boolean {
  return isToolchainModule(path) ? isLang(goVersionOf(path, version)) : semverSyntax.isPrefix(version);
}

/** Reports whether version is a prerelease of the module. */
export function modIsPrerelease(path: string, version: string): boolean {
  return isToolchainModule(path) ? isGoPrerelease(goVersionOf(path, version)) : semver.prerelease(version) !== '';
}

/** The prefix of a version for patch queries: 'v1.2' of 'v1.2.3', '1.21' of go 1.21.3, 'go1.21' of toolchain go1.21.3. */
export function modMajorMinor(path: string, version: string): string {
  if (path === 'toolchain') return toolchainNameOf(langVersion(fromToolchain(version)));
  return path === 'go' ? langVersion(version) : semver.majorMinor(version);
}

/** How versions of the module are written, for parseVersionQuery. */
export function versionSyntaxOf(path: string): VersionSyntax {
  return {
    isValid: (version) => modIsValid(path, version),
    isPrefix: (version) => modIsPrefix(path, version),
  };
}
