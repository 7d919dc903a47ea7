/**
 * tsgoget as a library: the same fetching, resolving and proving as the commands, as functions that return data.
 * Nothing is printed and no process is started; files are written only in the module cache and beside the stored tree head.
 */
import { openCheckout } from '../checks/checkout.js';
import { readKnownGraph } from '../checks/go-sum-is-complete.js';
import { type VerifyOptions, verifyCheckout } from '../checks/verify-checkout.js';
import { type VerifyDocument, verifyDocument } from '../checks/verify-report.js';
import { TsgogetError } from '../errors.js';
import { readGoEnv } from '../goenv/index.js';
import { isToolchainModule } from '../gover/index.js';
import type { Proof, VersionInfo } from '../modfetch/index.js';
import type { ModuleVersion } from '../module/index.js';
import {
  type Download,
  downloadModule,
  expandGraph,
  listModules,
  noModulePath,
  type Opened,
  openSession,
  query,
  type ResolvedModule,
  readNamedModules,
  resolveBuildList,
  VersionRules,
} from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import { parseGoSumDb } from '../sumdb/index.js';
import { openGateway } from './gateway.js';

export interface ClientOptions {
  /**
   * The settings, named as the go command names them (GOPROXY, GOSUMDB, GOPRIVATE, GOMODCACHE, …), and HTTPS_PROXY and the like.
   * What is missing comes from the GOENV file and go's defaults. Pass the process's environment to use its settings.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder whose main module `resolve()` and `graph()` read. Default: the working folder. */
  readonly cwd?: string;
  /** Ends every wait; what is under way fails with 'interrupted'. */
  readonly signal?: AbortSignal;
  /** Messages that are no failure, one at a time. */
  readonly onMessage?: (text: string) => void;
  /** A line for each request, as -x prints it. */
  readonly onTrace?: (line: string) => void;
}

export interface Requirement {
  readonly from: ModuleVersion;
  readonly to: ModuleVersion;
}

/** Errors are TsgogetError; `isSecurity(error)` tells a refutation from a failure. */
export interface Client {
  /**
   * The build list of the named modules (`path@query`), or of the main module in `cwd` when none is named. Each go.mod is proven,
   * and with `download` each zip. Throws BuildListError, 'no-matching-version', 'not-found', 'ambiguous' and what proving throws.
   */
  resolve(
    args?: readonly string[],
    options?: { readonly download?: boolean },
  ): Promise<{ modules: readonly ResolvedModule[] }>;
  /** The released versions of a module, oldest first, without retracted ones. Not authenticated. */
  list(path: string): Promise<readonly string[]>;
  /** The version that a query names, with its time; one that the query chooses is not retracted. Not authenticated. */
  info(path: string, versionQuery?: string): Promise<VersionInfo>;
  /** The go.mod file of a canonical version, proven. */
  mod(path: string, version: string): Promise<{ data: Uint8Array; proof: Proof }>;
  /** The zip of a canonical version, proven, as a file of the module cache. */
  zip(path: string, version: string): Promise<{ file: string; proof: Proof }>;
  /** Everything of a canonical version, proven and extracted: names of files in the module cache, and sums. */
  download(path: string, version: string): Promise<Download>;
  /** Every requirement in the module graph, main module's or that of the named modules. */
  graph(args?: readonly string[]): Promise<readonly Requirement[]>;
  /**
   * Proves the checkout in `cwd`, as `verify` does: every line of go.sum, and the claims around it. What speaks against it is
   * in the document, whose `ExitCode` is the verdict; throws where there is no checkout to look at, and 'interrupted'.
   */
  verify(options?: {
    /** Prove again what an earlier run has proven. */
    readonly all?: boolean;
    /** Lines that the settings skip fail. */
    readonly strict?: boolean;
    /** Hash the cached zips and folders again. */
    readonly cache?: boolean;
    /** Compare vendor/ with the modules' zips; default: when there is a vendor folder. */
    readonly vendor?: boolean;
  }): Promise<VerifyDocument>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** Makes a client. Throws 'invalid-setting' for settings that cannot be used. */
export function createClient(options: ClientOptions = {}): Client {
  const cwd = options.cwd ?? process.cwd();
  const { signal, onTrace } = options;
  const goEnv = readGoEnv({ env: { ...options.env }, cwd });
  const gateway = openGateway({ goEnv, signal, onTrace });
  const message = options.onMessage ?? (() => {});

  const open = async (isFresh: boolean, dropMalformedSums = false): Promise<Opened> =>
    openSession({
      ...goEnv,
      cwd,
      tree: await SourceTree.open({ cwd, signal }),
      rights: { mod: 'mod' },
      dropMalformedSums,
      rootMode: isFresh ? 'none' : 'required',
      message,
      notice: message,
      createFetcher: gateway.createFetcher,
    });

  let outside: Promise<Opened> | undefined;
  const anywhere = (): Promise<Opened> => {
    outside ??= open(true);
    return outside;
  };

  const readGraph = async (args: readonly string[]) => {
    const { session, requirements } = await open(args.length > 0);
    const read = args.length > 0 ? readNamedModules(requirements, args) : expandGraph(requirements);
    return { session, ...(await read) };
  };

  /** What proves an answer is stored before the answer is given: a fork of the log may show only then. */
  const proven = async <T>(answer: T): Promise<T> => {
    await gateway.sumdb.flush();
    return answer;
  };

  return {
    async resolve(args = [], { download = false } = {}) {
      const { session, rs, graph } = await readGraph(args);
      return proven({ modules: (await resolveBuildList(session, rs, graph, download)).modules });
    },
    async list(path) {
      const listed = await listModules((await anywhere()).requirements, [path], { versions: true });
      const [found] = listed.modules;
      if (found?.Error !== undefined)
        throw listed.infos.failures.get(found) ?? new TsgogetError('failed', found.Error.Err);
      return found?.Versions ?? [];
    },
    async info(path, versionQuery = 'latest') {
      const { session } = await anywhere();
      return query(session, path, versionQuery, {
        allowed: session.shared(VersionRules).allowedBy(path, versionQuery),
      });
    },
    async mod(path, version) {
      const { fetcher } = (await anywhere()).session;
      return proven(await fetcher.goMod(path, version));
    },
    async zip(path, version) {
      const { fetcher } = (await anywhere()).session;
      return proven(await fetcher.zip({ path, version }));
    },
    async download(path, version) {
      const { fetcher } = (await anywhere()).session;
      const { module, error } = await downloadModule(fetcher, { Path: path, Version: version });
      if (error !== undefined) throw error;
      return proven(module);
    },
    async graph(args = []) {
      const { graph } = await readGraph(args);
      const edges: Requirement[] = [];
      graph.walkBreadthFirst((from) => {
        if (from.path === noModulePath || isToolchainModule(from.path)) return;
        for (const to of graph.requiredBy(from) ?? []) if (!isToolchainModule(to.path)) edges.push({ from, to });
      });
      return proven(edges);
    },
    async verify({ all, strict, cache: cached, vendor: vendored } = {}) {
      if (goEnv.GOSUMDB !== 'off') parseGoSumDb(goEnv.GOSUMDB);
      const { sumdb, cache } = gateway;
      const tree = await SourceTree.open({ cwd, signal });
      const checkout = await openCheckout({ cwd, tree, GOWORK: goEnv.GOWORK, GOROOT: goEnv.GOROOT });
      const withGraph: VerifyOptions['withGraph'] = async (use) => {
        const { session, requirements } = await open(false, true);
        return use(session, await readKnownGraph(requirements, () => false));
      };
      return verifyDocument(
        await verifyCheckout({
          checkout,
          settings: goEnv,
          sumdb,
          cache,
          withGraph,
          all,
          strict,
          cached,
          vendored,
          signal,
        }),
      );
    },
    close: () => gateway.close(),
  };
}
