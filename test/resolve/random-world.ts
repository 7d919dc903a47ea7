/** Small module graphs drawn at random: five modules at three versions each, pruned and unpruned, and a main module that requires some of them. */
import fc from 'fast-check';
import { type ModuleVersion, nameOf } from '../../src/module/index.js';
import { goModText, type MemoryModule, moduleOf } from '../support/memory-mirror.js';

export const me = 'example.com/me';
export const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => `example.com/${letter}`);
export const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0'];
export const everyModule = names.flatMap((path) => versions.map((version) => `${path}@${version}`));
/** No go line, unpruned, pruned, and one from which on `go` is a node. */
const goLines = ['', '1.16', '1.17', '1.21'];

export interface Spec {
  readonly go: string;
  readonly requires: readonly string[];
}
export interface World {
  readonly main: Spec;
  readonly modules: ReadonlyMap<string, Spec>;
}

const requires = (max: number) =>
  fc.uniqueArray(fc.constantFrom(...everyModule), { maxLength: max, selector: (name) => name.split('@')[0] });
const spec = (lines: readonly string[], max: number): fc.Arbitrary<Spec> =>
  fc.record({ go: fc.constantFrom(...lines), requires: requires(max) });

/** Worlds whose main module has one of these go lines. */
export const worldsOf = (mainLines: readonly string[], moduleLines: readonly string[] = goLines): fc.Arbitrary<World> =>
  fc
    .tuple(
      spec(mainLines, 4),
      fc.array(spec(moduleLines, 3), { minLength: everyModule.length, maxLength: everyModule.length }),
    )
    .map(([main, specs]) => ({ main, modules: new Map(everyModule.map((name, i) => [name, specs[i]!])) }));
export const worlds = worldsOf(['1.16', '1.17', '1.21']);

export const modulesOf = (world: World): MemoryModule[] =>
  [...world.modules].map(([name, { go, requires }]) => moduleOf(name, go, requires));
export const goModOf = (world: World) => goModText(me, world.main.go, world.main.requires);

export const isUnpruned = (go: string) => go === '' || go === '1.16';

/** The modules that can be fetched, of a build list or of roots. */
export const shown = (list: readonly ModuleVersion[]) =>
  list.filter((m) => m.version !== '' && m.path !== 'go' && m.path !== 'toolchain').map(nameOf);
