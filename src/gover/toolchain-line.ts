/** The toolchain line that stands beside a go line. */
import { isLang } from './go-version.js';
import { hasRule } from './release-rules.js';
import { maxToolchain, toolchainNameOf } from './toolchain.js';

/** What the toolchain line becomes where the go line is set: up to Go 1.24 at least the release that is followed, if that is one. */
export function toolchainBesideNewGo(toolchain: string, goVersion: string): string {
  if (hasRule(goVersion, 'no-toolchain-line') || isLang(goVersion)) return toolchain;
  return maxToolchain(toolchain, toolchainNameOf(goVersion));
}
