/**
 * tsgoget as a library: the same fetching, resolving and proving as the commands, as functions that return data.
 * Nothing is printed and no process is started; files are written only in the module cache and beside the stored tree head.
 */

import { Memo } from '../async/memo.js';
import { type ExportedProof, type LeftOut, type VerifyDocument, verifyDocument } from '../checks/index.js';
import { type ExplainDocument, explainDocument } from '../checks/mismatch/index.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { oneOrAll, TsgogetError } from '../errors.js';
import { readGoEnv } from '../goenv/index.js';
import { isToolchainModule } from '../gover/index.js';
import type { Proof, VersionInfo } from '../modfetch/index.js';
import type { ModuleVersion } from '../module/index.js';
import {
  type Download,
  downloadModule,
  listModules,
  noModulePath,
  type Opened,
  query,
  type ResolvedModule,
  resolveBuildList,
  VersionRules,
} from '../resolve/index.js';
import { explainIn } from './explain-mismatch.js';
import { asFollowedRelease } from './followed-release.js';
import { lookUp, lookupDocument, type SumDbLookupDocument } from './lookup.js';
import { withGraph } from './resolve.js';
import { openRun, type Progress, readerRights } from './run.js';
import { exportProofIn, openCheckoutOf, verifyIn } from './verify.js';

export interface ClientOptions {
  /**
   * The settings, named as the go command names them (GOPROXY, GOSUMDB, GOPRIVATE, GOMODCACHE, …), and HTTPS_PROXY and the like.
   * What is missing comes from the GOENV file and go's defaults; those of the folders need HOME, or what the system has in its place.
   * Default: the process's environment, as for the go command. GOFLAGS is for commands alone.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder whose main module or checkout is meant. Default: the working folder. */
  readonly cwd?: string;
  /** Ends every wait; what is under way fails with 'interrupted'. */
  readonly signal?: AbortSignal;
  /** Messages that are no failure, one at a time. */
  readonly onMessage?: (text: string) => void;
  /** A line for each request, as -x prints it. */
  readonly onTrace?: (line: string) => void;
  /** What has changed of the counts of all that is under way, at every event: it must be cheap. Counts only grow. */
  readonly onProgress?: (counts: Progress) => void;
}

export interface Requirement {
  readonly from: ModuleVersion;
  readonly to: ModuleVersion;
}

/** What `verify` looks at. */
export interface VerifyChoices {
  /** Prove again what an earlier run has proven. */
  readonly all?: boolean;
  /** Lines that the settings skip fail. */
  readonly strict?: boolean;
  /** Hash the cached zips and folders again. */
  readonly cache?: boolean;
  /** Compare vendor/ with the modules' zips; default: when there is a vendor folder, and no proof file. */
  readonly vendor?: boolean;
}

/**
 * Errors are TsgogetError, several of them an AggregateError; `isSecurity(error)` tells a refutation from a failure. Where a module needs a
 * newer Go release and GOTOOLCHAIN allows it, that release's rules are followed, as by the commands; 'go-too-old' where not.
 */
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
  verify(options?: VerifyChoices): Promise<VerifyDocument>;
  /**
   * One file's text that proves go.sum of the checkout in `cwd` without a network (docs/proof-format.md); nothing is written.
   * With `strict` no line may be left out. Throws what speaks against the lines, and 'not-found' where there is no go.sum.
   */
  exportProof(options?: {
    readonly strict?: boolean;
  }): Promise<ExportedProof & { readonly leftOut: readonly LeftOut[] }>;
  /** Proves the checkout as `verify` does, its lines by the text of `exportProof` alone: the database is not asked. */
  verifyProof(proof: string | Uint8Array, options?: VerifyChoices): Promise<VerifyDocument>;
  /**
   * The record of a canonical version in the checksum database, with its proof step by step. Throws 'lookup-disabled' for a private
   * module and for GOSUMDB=off, and what proving throws.
   */
  lookup(path: string, version: string): Promise<SumDbLookupDocument>;
  /**
   * Asks every source what it has of the version that a query names, and says which files differ and why that may be. `Verdict` in the
   * document is what follows; throws for what names no version, and 'interrupted'.
   */
  explainMismatch(path: string, versionQuery?: string): Promise<ExplainDocument>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** Makes a client. Throws 'invalid-setting' for settings that cannot be used. */
export function createClient(options: ClientOptions = {}): Client {
  const { env = process.env, cwd = process.cwd(), onMessage: message = () => {} } = options;
  const run = openRun({
    goEnv: readGoEnv({ env: { ...env }, cwd }),
    cwd,
    signal: options.signal,
    message,
    notice: message,
    onTrace: options.onTrace,
    onProgress: options.onProgress,
  });
  const { gateway } = run;

  /** One for each Go release: what was asked once is remembered. */
  const outside = new Memo<Opened>();
  /** Works outside any module; the answer is given once what proves it is stored. */
  const anywhere = <T>(work: (opened: Opened) => Promise<T>): Promise<T> =>
    run.proven(() =>
      asFollowedRelease(run, async (goEnv) => {
        const open = () => run.openSession({ rootMode: 'none', rights: readerRights }, goEnv);
        return work(await outside.get(goEnv.goVersion, open));
      }),
    );

  const verify = async ({ all, strict, cache, vendor }: VerifyChoices, proof?: Uint8Array) =>
    verifyDocument(
      await verifyIn(run, await openCheckoutOf(run), {
        all,
        strict,
        cached: cache,
        vendored: vendor,
        proof: proof && { name: 'proof', bytes: proof },
      }),
    );

  return {
    resolve: (args = [], { download = false } = {}) =>
      run.proven(() =>
        withGraph(run, args, async ({ rs, graph }) => {
          const { modules } = await resolveBuildList(rs, graph, download);
          return { modules };
        }),
      ),
    list: (path) =>
      anywhere(async ({ requirements }) => {
        const listed = await listModules(requirements, [path], { versions: true });
        const [found] = listed.modules;
        if (found?.Error !== undefined)
          throw listed.infos.failures.get(found) ?? new TsgogetError('failed', found.Error.Err);
        return found?.Versions ?? [];
      }),
    info: (path, versionQuery = 'latest') =>
      anywhere(({ session }) =>
        query(session, path, versionQuery, {
          allowed: session.shared(VersionRules).allowedBy(path, versionQuery),
        }),
      ),
    mod: (path, version) => anywhere(({ session: { fetcher } }) => fetcher.goMod(path, version)),
    zip: (path, version) => anywhere(({ session: { fetcher } }) => fetcher.zip({ path, version })),
    download: (path, version) =>
      anywhere(async ({ session: { fetcher } }) => {
        const { module, error } = await downloadModule(fetcher, { Path: path, Version: version });
        if (error !== undefined) throw error;
        return module;
      }),
    graph: (args = []) =>
      run.proven(() =>
        withGraph(run, args, async ({ graph }) => {
          const edges: Requirement[] = [];
          graph.walkBreadthFirst((from) => {
            if (from.path === noModulePath || isToolchainModule(from.path)) return;
            for (const to of graph.requiredBy(from) ?? []) if (!isToolchainModule(to.path)) edges.push({ from, to });
          });
          return edges;
        }),
      ),
    verify: (choices = {}) => verify(choices),
    async exportProof({ strict } = {}) {
      const checkout = await openCheckoutOf(run);
      if (checkout.sumFiles.length === 0) throw new TsgogetError('not-found', 'there is no go.sum: nothing to prove');
      const { proof, leftOut, errors } = await exportProofIn(run, checkout, strict);
      if (proof === undefined) throw oneOrAll(errors);
      return { ...proof, leftOut };
    },
    verifyProof: (proof, choices = {}) => verify(choices, typeof proof === 'string' ? encodeUtf8(proof) : proof),
    async lookup(path, version) {
      const view = gateway.openLog();
      const found = await lookUp(view, gateway.sumdb, path, version);
      await view.log.flush();
      return lookupDocument(found);
    },
    async explainMismatch(path, versionQuery = 'latest') {
      const { explanation, query } = await explainIn(run, path, versionQuery);
      return explainDocument(explanation, query);
    },
    close: () => run.close(),
  };
}
