/** Build tags: the names that a build sets, and those that other names imply (cmd/go help buildconstraint). */

/**
 * The tags of a build; or 'any', for every build that there can be: each tag but `ignore` is set and unset at once. tidy, get, vendor and
 * why ask so, lest go.mod depend on the system they run on (go.dev/ref/mod#go-mod-tidy).
 */
export type BuildTags = ReadonlySet<string> | 'any';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Every GOOS that there was or is: what a file name can name. */
export const knownSystems = words(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos',
);

/** Every GOARCH that there was or is. */
export const knownArchitectures = words(
  '386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 ' +
    's390 s390x sparc sparc64 wasm',
);

/** Those that set `unix`. */
const unixSystems = words('aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris');

/** A tag, and the system that sets it besides the one of its name. */
const impliedBy: ReadonlyMap<string, string> = new Map([
  ['linux', 'android'],
  ['solaris', 'illumos'],
  ['darwin', 'ios'],
]);

/** Reports whether a build with these tags has set this one, by itself or through its system. */
export function hasTag(tags: ReadonlySet<string>, tag: string): boolean {
  if (tags.has(tag)) return true;
  if (tag === 'unix') return [...unixSystems].some((system) => tags.has(system));
  const system = impliedBy.get(tag);
  return system !== undefined && tags.has(system);
}
