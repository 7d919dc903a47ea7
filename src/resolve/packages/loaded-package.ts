/**
 * A package that was loaded, or the test of one: which module provides it, what it imports, and the chain of imports that
 * led to it, which errors and `mod why` tell.
 */
import { quoteControls } from '../../encoding/quote-go.js';
import { type ErrorCode, messageOf, TsgogetError } from '../../errors.js';
import type { ModuleVersion } from '../../module/index.js';
import type { UsedPackage } from '../graph/used-package.js';

export interface LoadedPackage extends UsedPackage {
  /** This is the test of that package. */
  readonly testOf: LoadedPackage | undefined;
  module: ModuleVersion | undefined;
  /** Absolute; undefined where there is none to read: not found, or of the standard library. */
  dir: string | undefined;
  /** Why it could not be loaded; undefined: it could. */
  error: unknown;
  imports: readonly LoadedPackage[];
  /** What its test imports besides, until the test is a package of its own. */
  testImports: readonly string[];
  isStandard: boolean;
  altModules: readonly ModuleVersion[];
  test: LoadedPackage | undefined;
  /** The importer in the shortest chain of imports from a root; undefined for a root. */
  stack: LoadedPackage | undefined;
  isRoot: boolean;
  isFromRoot: boolean;
  isInAll: boolean;
}

/** The packages from a root to `p`, both included. */
function chainTo(p: LoadedPackage | undefined): LoadedPackage[] {
  const chain: LoadedPackage[] = [];
  for (let at = p; at !== undefined; at = at.stack) chain.push(at);
  return chain.reverse();
}

/** How many packages the chain from a root to `p` has; 0 for none. */
export function whyDepth(p: LoadedPackage | undefined): number {
  return chainTo(p).length;
}

/** The chain from a root to `p`, a package a line, as `mod why` prints it; '' for none. */
export function whyText(p: LoadedPackage | undefined): string {
  return chainTo(p)
    .map((at) => (at.testOf === undefined ? `${at.path}\n` : `${at.testOf.path}.test\n`))
    .join('');
}

/** The chain from a root to `p` as errors tell it: `a imports`, `b tested by`, `b.test imports`, `p`. */
export function stackText(p: LoadedPackage): string {
  const chain = chainTo(p);
  return chain
    .map((at, i) => {
      const path = quoteControls(at.path); // a file may import anything
      const name = at.testOf === undefined ? path : `${path}.test`;
      const next = chain[i + 1];
      if (next === undefined) return name;
      return `${name} ${next.testOf === at ? 'tested by' : 'imports'}\n\t`;
    })
    .join('');
}

/** Why a package could not be loaded, told with the imports that lead to it. The code is that of the cause. */
export class PackageError extends TsgogetError {
  readonly package: LoadedPackage;

  constructor(p: LoadedPackage, cause: unknown) {
    const code: ErrorCode = cause instanceof TsgogetError ? cause.code : 'failed';
    super(code, `${stackText(p)}: ${messageOf(cause)}`, { cause });
    this.package = p;
  }
}
