/**
 * Claim: go.sum has every line that reading the build list needs, the hash of each go.mod in the module graph, so that
 * nothing is taken on trust by a build (-mod=readonly). Which zips are needed cannot be known without loading packages.
 */
import { ChecksumMismatchError, hintOf, isSecurity, messageOf, TsgogetError } from '../errors.js';
import { emptyGoModHash } from '../gosum/index.js';
import { isToolchainModule } from '../gover/index.js';
import { goModKey } from '../modfetch/index.js';
import { parseGoMod, parseGoWork } from '../modfile/index.js';
import { keyOf, type ModuleVersion, matchPrefixPatterns, moduleOf, nameOf } from '../module/index.js';
import { expandGraph, type ModuleGraph, type Requirements, type Session } from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Checkout } from './checkout.js';
import type { ClaimReport, Finding } from './report.js';
import { nounOf } from './verify-report.js';

const claim = 'go-sum-is-complete';

export interface ReadGraph {
  readonly graph: ModuleGraph;
  /** All of it was read. */
  readonly isWhole: boolean;
}

/** Reads the module graph as far as it can be read; each go.mod is proven. `mustThrow` chooses failures that end it. */
export async function readKnownGraph(
  requirements: Requirements,
  mustThrow: (errors: readonly unknown[]) => boolean,
): Promise<ReadGraph> {
  const graph = await requirements.graph();
  const failures = [...graph.failures.values()];
  if (failures.length === 0) return { graph: (await expandGraph(requirements)).graph, isWhole: true };
  if (mustThrow(failures)) throw new AggregateError(failures);
  return { graph, isWhole: false };
}

const tidyHint = '`tsgoget mod tidy` writes go.sum, and proves what it writes';

/** The keys of the lines that go uses: it passes over hashes of other algorithms, and over that of an empty go.mod. */
const usedKeys = ({ sumFiles }: Checkout): ReadonlySet<string> =>
  new Set(
    sumFiles.flatMap(({ lines }) =>
      lines.filter(({ hash }) => hash.startsWith('h1:') && hash !== emptyGoModHash).map(keyOf),
    ),
  );

/** `privatePatterns` are GONOPROXY and GONOSUMDB: below a private module that cannot be read here nothing is asked for. */
export function goSumIsComplete(
  session: Session,
  { graph, isWhole }: ReadGraph,
  checkout: Checkout,
  privatePatterns: string,
): ClaimReport {
  const sumName = shortPath(
    checkout.goWork === undefined ? session.fetcher.sums.file! : `${checkout.goWork}.sum`,
    checkout.cwd,
  );
  const known = usedKeys(checkout);
  const needed = neededGoMods(session, graph);
  const findings: Finding[] = failuresOf(graph, privatePatterns);
  const missing = [...needed.values()].filter((m) => !known.has(goModKeyOf(m)));
  const all =
    checkout.sumFiles.length > 0
      ? {}
      : { cause: `there is none, and the module graph needs ${nounOf(missing.length, 'line')} in it`, hint: tidyHint };
  for (const { path, version } of missing) {
    const message = `missing go.sum entry for go.mod file; to add it: tsgoget mod download ${path}`;
    findings.push({ claim, weight: 'unchecked', message, file: sumName, path, version: goModKey(version), ...all });
  }
  const zips = selectedModules(session, graph).filter((m) => !known.has(keyOf(m))).length;
  if (zips > 0) {
    const message = `${nounOf(zips, 'module')} of the build list ${zips === 1 ? 'has' : 'have'} no line for the zip: whether a package of ${zips === 1 ? 'it' : 'them'} is needed is not known without loading packages`;
    const scope = `${nounOf(zips, 'module')} without a line for the zip, which may need none`;
    findings.push({ claim, weight: 'note', message, scope });
  }
  const unneeded = isWhole ? unneededLines(session, graph, checkout, needed) : [];
  return { claim, checked: needed.size, findings: findings.concat(unneeded) };
}

/**
 * The part of the claim that needs no network: go.sum has the go.mod of each module that go.mod files require, or of what
 * replaces it. What those require in turn is not looked at. Throws 'invalid-modfile', and what reading a file throws.
 */
export async function requirementsAreInGoSum(checkout: Checkout): Promise<ClaimReport> {
  const { tree, goMods, goWork, cwd } = checkout;
  const known = usedKeys(checkout);
  const work = goWork === undefined ? undefined : await tree.read(goWork);
  const overrides = work === undefined ? [] : parseGoWork(goWork!, work).replace;
  const findings: Finding[] = [];
  let checked = 0;
  const read = goMods.map(async (file) => {
    const name = shortPath(file, cwd);
    return { name, goMod: parseGoMod(name, (await tree.read(file)) ?? new Uint8Array()) };
  });
  const files = await Promise.all(read);
  const members = new Set(files.map(({ goMod }) => goMod.module?.path));
  for (const { name, goMod } of files) {
    const excluded = new Set(goMod.exclude.map(keyOf));
    for (const r of goMod.require) {
      const to = replacing(r, overrides) ?? replacing(r, goMod.replace) ?? r;
      if (to.version === '' || members.has(r.path) || excluded.has(keyOf(r))) continue;
      checked++;
      if (known.has(goModKeyOf(to))) continue;
      const message = `missing go.sum entry for go.mod file; to add it: tsgoget mod download ${r.path}`;
      const all =
        checkout.sumFiles.length > 0 ? {} : { cause: 'there is no go.sum for what it requires', hint: tidyHint };
      findings.push({
        claim,
        weight: 'unchecked',
        message,
        file: name,
        path: to.path,
        version: goModKey(to.version),
        ...all,
      });
    }
  }
  const message = 'only what go.mod requires was looked for: reading the module graph may need the network';
  return { claim, checked, findings: [...findings, { claim, weight: 'note', message }] };
}

function replacing(
  m: ModuleVersion,
  replaces: readonly { old: ModuleVersion; new: ModuleVersion }[],
): ModuleVersion | undefined {
  const of = replaces.filter((r) => r.old.path === m.path);
  return (of.find((r) => r.old.version === m.version) ?? of.find((r) => r.old.version === ''))?.new;
}

/** The modules whose go.mod is part of the graph: those that were read, and those that should have been. */
function neededGoMods(session: Session, graph: ModuleGraph): Map<string, ModuleVersion> {
  const needed = new Map<string, ModuleVersion>();
  graph.walkBreadthFirst((m) => {
    if (graph.requiredBy(m) === undefined && !graph.failures.has(keyOf(m))) return;
    const actual = contentOf(session, m);
    if (actual !== undefined) needed.set(keyOf(actual), actual);
  });
  return needed;
}

/** The selected modules, each as what stands for it: those that have a zip. */
export function selectedModules(session: Session, graph: ModuleGraph): ModuleVersion[] {
  return graph.buildList.map((m) => contentOf(session, m)).filter((m) => m !== undefined);
}

/** The module version that stands for a node of the graph; undefined for main modules, folders and Go itself. */
function contentOf(session: Session, m: ModuleVersion): ModuleVersion | undefined {
  if (isToolchainModule(m.path) || m.version === 'none') return undefined;
  const actual = session.main.resolve(m);
  return actual.version === '' ? undefined : actual;
}

function failuresOf(graph: ModuleGraph, privatePatterns: string): Finding[] {
  return [...graph.failures].map(([key, error]) => {
    if (!(error instanceof TsgogetError) || error.code === 'interrupted') throw error;
    const { path, version } = moduleOf(key);
    const isPrivate = !isSecurity(error) && matchPrefixPatterns(privatePatterns, path);
    const weight = isSecurity(error) ? 'refuted' : isPrivate ? 'note' : 'unchecked';
    const message = `${isPrivate ? 'what this private module needs is not known' : 'the module graph cannot be read'}: ${messageOf(error)}`;
    const hashes = error instanceof ChecksumMismatchError ? { want: error.want, got: error.got } : {};
    return { claim, weight, message, path, version, hint: hintOf(error), ...hashes };
  });
}

const goModKeyOf = ({ path, version }: ModuleVersion) => keyOf({ path, version: goModKey(version) });

/** Lines that nothing in the graph needs. The go.sum of a workspace's member may need them when it stands alone. */
function unneededLines(
  session: Session,
  graph: ModuleGraph,
  { sumFiles, goWork }: Checkout,
  needed: ReadonlyMap<string, ModuleVersion>,
): Finding[] {
  const keys = new Set([...needed.values()].map(goModKeyOf));
  for (const m of selectedModules(session, graph)) {
    keys.add(keyOf(m)).add(goModKeyOf(m));
  }
  const judged = goWork === undefined ? sumFiles : sumFiles.filter(({ file }) => file === `${goWork}.sum`);
  const all = judged.flatMap(({ name, lines }) =>
    lines.filter((l) => l.problem === undefined && !keys.has(keyOf(l))).map((l) => ({ ...l, file: name })),
  );
  const message = 'nothing in the module graph needs this line any more';
  return all.map(
    ({ file, line, path, version }): Finding => ({ claim, weight: 'note', message, file, line, path, version }),
  );
}

/** Notes, if there are any: modules whose content is another's, which no line of go.sum under their own name vouches for. */
export function replacedModules(session: Session, { graph }: ReadGraph): ClaimReport[] {
  const findings: Finding[] = [];
  for (const m of graph.buildList) {
    const found = isToolchainModule(m.path) ? undefined : session.main.replacementFrom(m);
    if (found === undefined) continue;
    const what =
      found.to.version === '' ? 'a folder, whose content is not proven' : 'whose lines are proven in its place';
    const file = session.short(found.file);
    findings.push({
      claim: 'replaced-modules',
      weight: 'note',
      message: `replaced by ${nameOf(found.to)}: ${what}`,
      file,
      ...m,
    });
  }
  return findings.length === 0 ? [] : [{ claim: 'replaced-modules', checked: findings.length, findings }];
}
