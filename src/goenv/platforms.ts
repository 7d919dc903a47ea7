/**
 * The platforms that Go builds for, by its own names, and node's names for the one that runs us.
 * `go env -w` refuses pairs that are not here: those of `go tool dist list`, and those that Go calls broken.
 */

const architectures: Record<string, string> = {
  aix: 'ppc64',
  android: '386 amd64 arm arm64',
  darwin: 'amd64 arm64',
  dragonfly: 'amd64',
  freebsd: '386 amd64 arm arm64 riscv64',
  illumos: 'amd64',
  ios: 'amd64 arm64',
  js: 'wasm',
  linux: '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64',
  netbsd: '386 amd64 arm arm64',
  openbsd: '386 amd64 arm arm64 mips64 ppc64 riscv64',
  plan9: '386 amd64 arm',
  solaris: 'amd64',
  wasip1: 'wasm',
  windows: '386 amd64 arm64',
};

/** Every `goos/goarch`, of any release. */
export const platforms: ReadonlySet<string> = new Set(
  Object.entries(architectures).flatMap(([goos, list]) => list.split(' ').map((goarch) => `${goos}/${goarch}`)),
);

const withoutCgo = new Set('js/wasm wasip1/wasm plan9/386 plan9/amd64 plan9/arm linux/ppc64 openbsd/ppc64'.split(' '));

/** Those where cgo works. */
export const cgoPlatforms: ReadonlySet<string> = new Set([...platforms].filter((p) => !withoutCgo.has(p)));

const goosOf: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows', sunos: 'solaris' };
const goarchOf: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };

/** GOOS of a node platform. */
export function hostGoos(platform: NodeJS.Platform): string {
  return goosOf[platform] ?? platform;
}

/** GOARCH of a node architecture. */
export function hostGoarch(arch: string): string {
  return goarchOf[arch] ?? arch;
}

/** The names that GOEXPERIMENT may hold, each also with `no` in front; of any release. */
export const experiments: ReadonlySet<string> = new Set(
  (
    'fieldtrack preemptibleloops staticlockranking boringcrypto regabiwrappers regabiargs heapminimum512kib arenas ' +
    'cgocheck2 loopvar newinliner dwarf5 jsonv2 greenteagc randomizedheapbase64 runtimefreegc sizespecializedmalloc ' +
    'goroutineleakprofile simd runtimesecret mapsplitgroup regabi'
  ).split(' '),
);
