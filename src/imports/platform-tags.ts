/** The build tags that a platform and a Go release set by themselves (`go help buildconstraint`). */
import type { BuildTags } from './build-tags.js';

export interface BuildPlatform {
  readonly goos: string;
  readonly goarch: string;
  readonly cgo: boolean;
  /** The Go release, '1.26.8': it sets go1.1 to go1.26. */
  readonly goVersion: string;
  /** The level of the architecture that is built for, 'v1' of GOAMD64; '' for none. */
  readonly archLevel?: string;
  /** GOEXPERIMENT's list. */
  readonly experiments?: readonly string[];
  /** -tags */
  readonly tags?: readonly string[];
}

/** The tags of a build with Go's own compiler. The experiments that a release has on by default are not known here. */
export function platformTags(p: BuildPlatform): BuildTags {
  const tags = new Set([p.goos, p.goarch, 'gc', ...(p.tags ?? [])]);
  if (p.cgo) tags.add('cgo');
  if (p.archLevel) tags.add(`${p.goarch}.${p.archLevel}`);
  for (const name of p.experiments ?? []) if (!name.startsWith('no')) tags.add(`goexperiment.${name}`);
  const minor = Number(/^1\.(\d+)/.exec(p.goVersion)?.[1] ?? 0);
  for (let i = 1; i <= minor; i++) tags.add(`go1.${i}`);
  return tags;
}
