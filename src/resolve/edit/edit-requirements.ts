/**
 * The solver of `get`: given versions that must be selected and others that would be good to have, finds requirements near the present ones.
 *
 * Minimal version selection (go.dev/ref/mod#minimal-version-selection, research.swtch.com/vgo-mvs) answers which versions a list of
 * requirements selects: of each module the highest that is required anywhere, so it can only ever go up. Editing asks the
 * reverse: which list selects these versions? To get a lower version of a module than now, whatever requires a
 * higher one has to go down too, to an older version that does not, or away altogether (algorithm D there). This departs from it in three ways:
 *
 * - Versions in `mustSelect` are exact, and they are an upper limit for everything else: two of them that contradict each other are an error
 *   (ConstraintError, with the chain of requirements), never a compromise. `tryUpgrade` is only tried: what conflicts is lowered again.
 * - With pruning (go.dev/ref/mod#graph-pruning) a conflict may lie where the graph is not read. And a module that is raised
 *   becomes a root, which brings in what was pruned out. So all that can become a root is read as one
 *   before conflicts are looked for, and a module is judged apart for pruned and unpruned places (DisqualifiedModules).
 * - It goes in rounds: read the graph, find the roots that lead to a conflict, lower each by one step, read again. Only when nothing is left to
 *   lower are roots raised to what is selected. It seeks no best solution: each change has one reason that can be told.
 *
 * It ends: every round that changes something rejects a version for good or raises a root, and there are only so many versions.
 */
import { isSecurity, TsgogetError } from '../../errors.js';
import { fromToolchain, modCompare, modSort } from '../../gover/index.js';
import { type ModuleVersion, nameOf, sameModule } from '../../module/index.js';
import { type Conflict, conflictSummary, minimalRequirements, VersionSet } from '../../mvs/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { requiringRoots } from '../graph/unpruned-roots.js';
import { convertPruning } from '../graph/update-roots.js';
import { allowedBelow, previousVersion } from '../query/previous-version.js';
import { pruningForGoVersion } from '../session/mod-summary.js';
import type { Session } from '../session/session.js';
import type { Depth, FaultChain } from './disqualified-modules.js';
import { type EditGraph, readEditGraph } from './edit-graph.js';

/** Versions that must be selected exclude each other. Code 'build-list'. */
export class ConstraintError extends TsgogetError {
  /** Of each version that cannot be selected, what stands against it. */
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super('build-list', `version constraints conflict:${conflicts.map((c) => `\n\t${conflictSummary(c)}`).join('')}`);
    this.conflicts = conflicts;
  }
}

export interface EditOptions {
  /** Tells each step, as `get -v` does. */
  readonly verbose?: boolean;
}

/**
 * Requirements in which each module of `mustSelect` is selected at exactly that version ('none': not at all), each of
 * `tryUpgrade` at that version or as near as the former allow, and everything else as it was, as far as they allow. With pruning, all of these
 * are roots. `changed`: the selection may have changed; if not, `rs` is the one that came in.
 * Throws ConstraintError, BuildListError (of a module that needs a newer Go or is refuted, or of a graph that cannot be edited), and
 * what the proxies answer.
 */
export async function editRequirements(
  rs: Requirements,
  tryUpgrade: readonly ModuleVersion[],
  mustSelect: readonly ModuleVersion[],
  options: EditOptions = {},
): Promise<{ rs: Requirements; changed: boolean }> {
  const edit = await Edit.begin(rs, tryUpgrade, mustSelect, options);
  const roots = await edit.run();
  return finish(edit, roots, mustSelect);
}

/**
 * The pruning of the result, where it is known beforehand. Towards unpruned it must be applied first, or conflicts that come in by it
 * would be missed; towards pruned it had better be, or conflicts that go out by it would cause downgrades. A dependency may still
 * raise the go line past Go 1.17 in the end, never the other way round: nothing but `mustSelect` lowers `go` and `toolchain`.
 */
function pruningAfter(rs: Requirements, mustSelect: readonly ModuleVersion[]): Depth {
  for (const { path, version } of mustSelect) {
    if (path === 'go') return pruningForGoVersion(version);
    if (path === 'toolchain' && pruningForGoVersion(fromToolchain(version)) === 'unpruned') return 'unpruned';
  }
  return rs.pruning === 'unpruned' ? 'unpruned' : 'pruned';
}

class Edit {
  readonly session: Session;
  /** The requirements as they came in. */
  readonly original: Requirements;
  /** The same at the pruning of the edit. */
  readonly rs: Requirements;
  readonly pruning: Depth;
  readonly #conflicts: Conflict[] = [];
  /** The version at which each path is to be a root; 'none' for one that has been removed. */
  readonly #versions: Map<string, string>;
  readonly #limits = new Map<string, string>();
  /** Versions that were found wanting. None is tried twice, and so the edit ends. */
  readonly #rejected = new VersionSet();
  /** How often each path has been lowered. */
  readonly #steps = new Map<string, number>();
  readonly #verbose: boolean;

  private constructor(
    original: Requirements,
    { rs, pruning }: { readonly rs: Requirements; readonly pruning: Depth },
    versions: Map<string, string>,
    verbose: boolean,
  ) {
    this.session = original.session;
    this.original = original;
    this.rs = rs;
    this.pruning = pruning;
    this.#versions = versions;
    this.#verbose = verbose;
  }

  static async begin(
    original: Requirements,
    tryUpgrade: readonly ModuleVersion[],
    mustSelect: readonly ModuleVersion[],
    { verbose = false }: EditOptions,
  ): Promise<Edit> {
    if (original.pruning === 'workspace') throw new Error('the requirements of a workspace cannot be edited');
    const { session } = original;
    for (const m of [...mustSelect, ...tryUpgrade]) session.prefetch(m);
    const pruning = pruningAfter(original, mustSelect);
    const rs = await convertPruning(original, pruning);
    // Without pruning go.mod lists only some of what provides packages, the rest being implied: all of it is to be kept.
    const start = pruning === 'pruned' ? rs.rootVersions : buildListVersions(session, await rs.wholeGraph());
    const edit = new Edit(original, { rs, pruning }, new Map(start), verbose);
    for (const m of tryUpgrade) edit.#raise(m);
    for (const m of mustSelect) edit.#require(m);
    return edit;
  }

  #raise(m: ModuleVersion): void {
    const version = this.#versions.get(m.path);
    if (version !== undefined && modCompare(m.path, version, m.version) >= 0) return;
    if (this.#verbose) this.#tell(`trying upgrade to ${nameOf(m)}`);
    this.#versions.set(m.path, m.version);
  }

  #require(m: ModuleVersion): void {
    const version = this.#limits.get(m.path);
    if (version === undefined || version === m.version) {
      this.#limits.set(m.path, m.version);
      this.#versions.set(m.path, m.version);
      return;
    }
    const other = { path: m.path, version };
    const isAbove = modCompare(m.path, version, m.version) > 0;
    this.#conflicts.push(isAbove ? { path: [other], constraint: m } : { path: [m], constraint: other });
  }

  #tell(text: string): void {
    this.session.settings.message(text);
  }

  /** Lowers and raises roots until nothing contradicts `mustSelect`. The roots, sorted. Throws ConstraintError. */
  async run(): Promise<readonly ModuleVersion[]> {
    while (this.#conflicts.length === 0) {
      const editGraph = await readEditGraph(this.session, this.pruning, this.#versions, this.#limits);
      // Downgrades first: they may bring conflicts to light, or make an upgrade unnecessary.
      if (await this.#lower(editGraph)) continue;
      if (!this.#acceptUpgrades(editGraph.graph) && this.#conflicts.length === 0) return editGraph.roots;
    }
    throw new ConstraintError(this.#conflicts);
  }

  /**
   * Lowers each root that leads to a conflict by one step, or further past what is known to be no better. True when any was.
   * A root that may not be lowered becomes one of the conflicts.
   */
  async #lower(editGraph: EditGraph): Promise<boolean> {
    const faulty = this.#findFaulty(editGraph);
    const falling = faulty.filter(({ m }) => !this.#isGiven(m));
    // which versions there are is asked for all of them at once, and decided in order
    for (const { m } of falling) this.#prefetchBelow(m);
    const before = falling.length === 0 ? undefined : await this.original.graph();
    let isLowered = false;
    for (const { m, conflict } of faulty) {
      const originally = { path: m.path, version: before?.selected(m.path) ?? 'none' };
      // What was there before and cannot be read is left as it is: that is no conflict with what is asked for.
      if (this.#isGiven(m) || ('error' in conflict && sameModule(originally, m))) {
        this.#conflicts.push(conflict);
        continue;
      }
      const lower = await this.#below(m, originally, editGraph);
      this.#versions.set(m.path, lower.version);
      isLowered = true;
      if ('error' in conflict || this.#verbose) this.#tellFall(m, lower, originally, conflict);
    }
    return isLowered;
  }

  /** Reports whether `m` is what `mustSelect` asks for. */
  #isGiven(m: ModuleVersion): boolean {
    return this.#limits.get(m.path) === m.version;
  }

  /** The roots that lead to something that is not allowed, and how. */
  #findFaulty({ roots, graph, depths, disqualified }: EditGraph): { m: ModuleVersion; conflict: Conflict }[] {
    return roots.flatMap((m) => {
      const depth = depths.get(m)!;
      const chain = disqualified.chain(m, depth);
      if (chain.path.length === 0) return [];
      const conflict = this.#conflictOf(chain);
      const selected = { path: m.path, version: graph.selected(m.path) };
      if (this.#isGiven(m) || selected.version === m.version) return [{ m, conflict }];
      // a higher version is selected: where that one will do, the lower one drops out of itself
      const willDo = disqualified.fault(selected, depth) === undefined && !this.#rejected.has(selected);
      return willDo ? [] : [{ m, conflict }];
    });
  }

  #conflictOf(chain: FaultChain): Conflict {
    if ('error' in chain) return chain;
    const { path } = chain.path.at(-1)!;
    return { path: chain.path, constraint: { path, version: this.#limits.get(path)! } };
  }

  #tellFall(m: ModuleVersion, lower: ModuleVersion, originally: ModuleVersion, conflict: Conflict): void {
    const isBack = lower.version === originally.version;
    const action =
      lower.version === 'none' ? `removing ${nameOf(m)}` : `${isBack ? 'restoring' : 'trying'} ${nameOf(lower)}`;
    this.#tell(`${conflictSummary(conflict)}\n\t${action}`);
  }

  /**
   * The next version below `m` that is not known to be at fault. The version that was there originally is one of them, even where no
   * list names it (a pseudo-version), or no list can be had.
   */
  async #below(
    m: ModuleVersion,
    originally: ModuleVersion,
    { graph, disqualified }: EditGraph,
  ): Promise<ModuleVersion> {
    this.#rejected.add(m);
    const depth = this.pruning === 'pruned' ? (graph.summaryOf(m)?.pruning ?? 'pruned') : 'unpruned';
    for (let at = m; ; ) {
      at = await this.#stepDown(at, originally);
      if (this.#rejected.has(at)) continue;
      if (disqualified.fault(at, depth) === undefined) return at;
      this.#rejected.add(at);
    }
  }

  async #stepDown(m: ModuleVersion, originally: ModuleVersion): Promise<ModuleVersion> {
    const isAbove = modCompare(m.path, m.version, originally.version) > 0;
    try {
      const previous = await previousVersion(this.session, m);
      return isAbove && modCompare(m.path, previous.version, originally.version) < 0 ? originally : previous;
    } catch (error) {
      if (isAbove && !isSecurity(error)) return originally;
      throw error;
    }
  }

  /**
   * Asks for the versions of a module, and for the go.mod files of those that the next rounds will try: more of them each time that it
   * had to be lowered once more.
   */
  #prefetchBelow(m: ModuleVersion): void {
    const step = this.#steps.get(m.path) ?? 0;
    this.#steps.set(m.path, step + 1);
    const ask = async () => {
      for (const version of await allowedBelow(this.session, m, Math.min(2 ** step, maxPrefetched))) {
        this.session.prefetch({ path: m.path, version });
      }
    };
    ask().catch(() => {}); // it shows when they are needed
  }

  /** Raises the roots to what is selected. True when any was: then less may be required, and the graph is read once more. */
  #acceptUpgrades(graph: ModuleGraph): boolean {
    const from: ModuleVersion[] = [];
    for (const [path, version] of this.#versions) {
      const selected = graph.selected(path);
      if (this.#limits.has(path) || selected === version) continue;
      from.push({ path, version });
      this.#versions.set(path, selected);
    }
    modSort(from);
    if (this.#verbose) {
      for (const m of from) this.#tell(`accepting indirect upgrade from ${nameOf(m)} to ${this.#versions.get(m.path)}`);
    }
    return from.length > 0;
  }
}

/** A root that has been lowered often has this many versions prefetched. */
const maxPrefetched = 16;

function buildListVersions(session: Session, graph: ModuleGraph): ReadonlyMap<string, string> {
  return new Map(graph.buildList.slice(session.main.modules.length).map((m) => [m.path, m.version]));
}

/** Makes requirements of the roots that were found. */
async function finish(
  { session, original, rs, pruning }: Edit,
  found: readonly ModuleVersion[],
  mustSelect: readonly ModuleVersion[],
): Promise<{ rs: Requirements; changed: boolean }> {
  let roots = found;
  if (pruning === 'unpruned') {
    // go.mod lists some of them only: what was asked for, what it listed before, and what is not implied
    const paths = mustSelect.filter((m) => m.version !== 'none' && !session.main.contains(m.path)).map((m) => m.path);
    for (const { path, version } of roots) {
      const listed = rs.rootSelected(path);
      if (listed !== undefined && (listed === version || rs.direct.has(path))) paths.push(path);
    }
    const main: ModuleVersion = { path: session.main.single.path, version: '' };
    roots = await minimalRequirements(main, paths, requiringRoots(session, main, roots));
  }
  if (pruning === original.pruning && original.hasRoots(roots)) return { rs: original, changed: false };
  const direct = new Set(roots.map((m) => m.path).filter((path) => rs.direct.has(path)));
  const edited = rs.with(pruning, roots, direct);
  // A dependency may have raised the go line to where the graph is pruned. What is pruned out then was read here, and is listed
  // from now on, until `mod tidy` finds out what is needed of it.
  const isPruned = pruning === 'unpruned' && pruningForGoVersion(edited.goVersion) === 'pruned';
  return { rs: isPruned ? await convertPruning(edited, 'pruned') : edited, changed: true };
}
