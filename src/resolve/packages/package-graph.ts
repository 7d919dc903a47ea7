/**
 * The graph of packages that some roots import, loaded from the modules that one set of requirements selects.
 * Every package is looked for as soon as something imports it, so all zips that are needed are in flight at once;
 * the order of `packages` follows from the imports alone.
 *
 * `all` is what the main modules' packages and tests import, transitively, and the tools; before Go 1.16 it held the
 * tests of dependencies too (go.dev/ref/mod#glos-all-pattern).
 */
import { compareBytes } from '../../encoding/compare-bytes.js';
import { isSecurity, TsgogetError } from '../../errors.js';
import { type BuildTags, isStandardImportPath, standardImports } from '../../imports/index.js';
import { isImportPath, type ModuleVersion } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { toolsOf } from '../search/match-packages.js';
import type { FolderScanner } from '../search/scan-folder.js';
import { importFromModules } from './import-package.js';
import type { LoadedPackage } from './loaded-package.js';

export interface PackageGraphOptions {
  readonly scanner: FolderScanner;
  readonly requirements: Requirements;
  readonly tags: BuildTags;
  /** `all` is a root: what is found to be in it is asked for too. */
  readonly allIsRoot: boolean;
  /** `all` holds what the tests of dependencies import. */
  readonly allHoldsTests: boolean;
  /** Tests of the packages that are asked for are loaded. */
  readonly loadTests: boolean;
  /** The go.mod files of the modules that provide packages are not read for that reason alone. */
  readonly skipModFiles: boolean;
  /** What the tests of a standard package import, where that counts. */
  readonly standardTests: ((path: string) => readonly string[]) | undefined;
  readonly allowPackage: ((path: string, m: ModuleVersion | undefined) => Promise<void>) | undefined;
  readonly prefetch: ((path: string) => void) | undefined;
}

interface Node extends LoadedPackage {
  imports: Node[];
  test: Node | undefined;
  areImportsLoaded: boolean;
}

interface Marks {
  readonly root?: boolean;
  readonly fromRoot?: boolean;
  readonly inAll?: boolean;
  readonly importsLoaded?: boolean;
}

/** A package whose marks have changed. */
interface Marked {
  readonly node: Node;
  readonly isNewlyInAll: boolean;
  readonly isNewlyFromRoot: boolean;
}

export class PackageGraph {
  readonly #options: PackageGraphOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #tools: ReadonlySet<string>;
  #graph: ModuleGraph | undefined;
  /** Those whose marks are being followed. */
  #marked: Marked[] = [];
  #packages: readonly LoadedPackage[] = [];
  #loading = 0;
  #settle: { done: () => void; fail: (error: unknown) => void } = { done: () => {}, fail: () => {} };

  private constructor(options: PackageGraphOptions) {
    this.#options = options;
    this.#tools = new Set(toolsOf(options.requirements.session));
  }

  /**
   * Loads what `roots` lead to. What is wrong with a package is its `error`;
   * what refutes data or interrupts the run is thrown.
   */
  static async load(options: PackageGraphOptions, roots: readonly string[]): Promise<PackageGraph> {
    const graph = new PackageGraph(options);
    await graph.#load(roots);
    return graph;
  }

  /** All packages and tests, roots first, then by the length of the shortest chain of imports. */
  get packages(): readonly LoadedPackage[] {
    return this.#packages;
  }

  package(path: string): LoadedPackage | undefined {
    return this.#nodes.get(path);
  }

  /** The paths of `all`, sorted, as far as they are import paths. */
  get all(): string[] {
    return this.#packages
      .filter((p) => p.isInAll && p.testOf === undefined && isImportPath(p.path))
      .map((p) => p.path)
      .sort(compareBytes);
  }

  async #load(roots: readonly string[]): Promise<void> {
    const { requirements } = this.#options;
    if (requirements.pruning === 'unpruned') {
      const graph = await requirements.graph();
      // an incomplete graph may select wrong versions: then the roots are looked at first
      if (graph.error === undefined) this.#graph = graph;
    }
    const nodes = new Set<Node>();
    await new Promise<void>((resolve, reject) => {
      this.#settle = { done: resolve, fail: reject };
      this.#loading = 1;
      for (const path of roots) nodes.add(this.#node(path, { root: true }));
      this.#finished();
    });
    this.#packages = orderByImports([...nodes]);
  }

  #finished(): void {
    this.#loading--;
    if (this.#loading === 0) this.#settle.done();
  }

  #node(path: string, marks: Marks): Node {
    let node = this.#nodes.get(path);
    if (node === undefined) {
      node = newNode(path, undefined);
      this.#nodes.set(path, node);
      this.#loading++;
      this.#mark(node, marks);
      this.#read(node).then(
        () => this.#finished(),
        (error) => this.#settle.fail(error),
      );
      return node;
    }
    this.#mark(node, marks);
    return node;
  }

  /** Finds and scans one package, and begins with what it imports. */
  async #read(node: Node): Promise<void> {
    const { requirements, skipModFiles, standardTests, allowPackage, prefetch, scanner, tags } = this.#options;
    if (!isStandardImportPath(node.path)) prefetch?.(node.path);
    try {
      const found = await importFromModules(requirements, node.path, {
        graph: this.#graph,
        skipModFile: skipModFiles,
      });
      node.module = found.module;
      node.dir = found.dir === '' ? undefined : found.dir;
      node.altModules = found.altModules;
      node.isStandard = found.module === undefined && node.dir === undefined && node.path !== 'C';
    } catch (error) {
      this.#failed(node, error);
    }
    // a tool belongs to `all` even if it is missing: then that is an error
    if (this.#tools.has(node.path)) this.#mark(node, { inAll: true });
    if (node.dir === undefined && !node.isStandard) return;
    if (this.#isMain(node)) this.#mark(node, { inAll: true });
    await allowPackage?.(node.path, node.module).catch((error: unknown) => {
      if (isSecurity(error)) throw error;
      node.error = error;
    });
    let imports: readonly string[];
    if (node.dir === undefined) {
      imports = standardImports(node.path, requirements.session.goVersion);
      node.testImports = standardTests?.(node.path) ?? [];
    } else {
      try {
        const scanned = await scanner.scan(node.dir, tags);
        imports = scanned.imports;
        node.testImports = scanned.testImports;
      } catch (error) {
        this.#failed(node, error);
        return;
      }
    }
    node.imports = imports.map((path) => this.#node(path, { inAll: node.isInAll }));
    this.#mark(node, { importsLoaded: true });
  }

  #failed(node: Node, error: unknown): void {
    if (isSecurity(error) || !isAboutPackage(error)) throw error;
    node.error = error;
  }

  /** Adds marks, and does what follows from them. */
  #mark(node: Node, marks: Marks): void {
    const { allIsRoot } = this.#options;
    const inAll = node.isInAll || marks.inAll === true;
    const root = node.isRoot || marks.root === true || (marks.inAll === true && allIsRoot && node.testOf === undefined);
    const fromRoot = node.isFromRoot || marks.fromRoot === true || root;
    const loaded = node.areImportsLoaded || marks.importsLoaded === true;
    const isNewlyLoaded = loaded && !node.areImportsLoaded;
    const isNewlyInAll = inAll && (!node.isInAll || isNewlyLoaded);
    const isNewlyFromRoot = fromRoot && (!node.isFromRoot || isNewlyLoaded);
    const isUnchanged = !isNewlyLoaded && !isNewlyInAll && !isNewlyFromRoot && root === node.isRoot;
    node.isInAll = inAll;
    node.isRoot = root;
    node.isFromRoot = fromRoot;
    node.areImportsLoaded = loaded;
    if (isUnchanged || !loaded) return;
    // one after the other, not one in the other: a chain of imports may be longer than the stack is deep
    this.#marked.push({ node, isNewlyInAll, isNewlyFromRoot });
    if (this.#marked.length > 1) return;
    for (const marked of this.#marked) this.#follow(marked);
    this.#marked = [];
  }

  /** What marks lead to: for the package's test, and for what it imports. */
  #follow({ node, isNewlyInAll, isNewlyFromRoot }: Marked): void {
    const { allIsRoot, allHoldsTests, loadTests } = this.#options;
    if (node.testOf === undefined) {
      const isTestOfAll = this.#isMain(node) || (allHoldsTests && node.isInAll);
      if ((allIsRoot && isTestOfAll) || (loadTests && node.isRoot)) this.#loadTest(node, isTestOfAll);
    }
    if (isNewlyInAll) for (const next of node.imports) this.#mark(next, { inAll: true });
    if (isNewlyFromRoot) for (const next of node.imports) this.#mark(next, { fromRoot: true });
  }

  #isMain({ module }: Node): boolean {
    return module !== undefined && this.#options.requirements.session.main.contains(module.path);
  }

  #loadTest(node: Node, inAll: boolean): void {
    if (node.test !== undefined) {
      this.#mark(node.test, { inAll });
      return;
    }
    const test = newNode(node.path, node);
    node.test = test;
    test.module = node.module;
    test.dir = node.dir;
    test.error = node.error;
    test.isStandard = node.isStandard;
    this.#mark(test, { inAll });
    test.imports = node.testImports.map((path) => this.#node(path, { inAll: test.isInAll }));
    node.testImports = [];
    this.#mark(test, { importsLoaded: true });
  }
}

function newNode(path: string, testOf: Node | undefined): Node {
  return {
    path,
    testOf,
    module: undefined,
    dir: undefined,
    error: undefined,
    imports: [],
    testImports: [],
    isStandard: false,
    altModules: [],
    test: undefined,
    stack: undefined,
    isRoot: false,
    isFromRoot: false,
    isInAll: false,
    areImportsLoaded: false,
  };
}

/** All packages below the roots, breadth first; `stack` becomes the importer through which each was reached. */
function orderByImports(roots: readonly Node[]): Node[] {
  const order = [...roots];
  const seen = new Set<Node>(roots);
  for (const node of order) {
    for (const next of node.test === undefined ? node.imports : [...node.imports, node.test]) {
      if (seen.has(next)) continue;
      seen.add(next);
      next.stack = node;
      order.push(next);
    }
  }
  return order;
}

/** What says something of a package, unlike what ends the run. */
function isAboutPackage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isAboutPackage);
  if (error instanceof TsgogetError) return error.code !== 'interrupted';
  return error instanceof Error && 'syscall' in error;
}
