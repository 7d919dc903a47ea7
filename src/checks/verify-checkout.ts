/**
 * `verify`: runs the claims that are asked for over one checkout and puts what they say into one report.
 * Lines and claims do not wait for each other; nothing of the checkout is written.
 */
import type { ModCache } from '../modcache/index.js';
import { keyOf, type ModuleVersion } from '../module/index.js';
import type { Session } from '../resolve/index.js';
import type { SumDb } from '../sumdb/index.js';
import { formatHash } from '../tlog/index.js';
import { cacheMatchesGoSum } from './cache-matches-go-sum.js';
import type { ChangedLines } from './changed-lines.js';
import type { Checkout } from './checkout.js';
import {
  goSumIsComplete,
  type ReadGraph,
  replacedModules,
  requirementsAreInGoSum,
  selectedModules,
} from './go-sum-is-complete.js';
import { goSumIsWellFormed } from './go-sum-is-well-formed.js';
import { goWorkHidesNoGoSum } from './go-work-hides-no-go-sum.js';
import { logProvesGoSum, type ProvenLines } from './log-proves-go-sum.js';
import { modulesTxtAgreesWithGoMod } from './modules-txt-agrees-with-go-mod.js';
import { proofFileProvesGoSum } from './proof-file-proves-go-sum.js';
import { type ClaimReport, failedClaim } from './report.js';
import { vendorMatchesZips } from './vendor-matches-zips.js';
import { type NamedLine, readableLines, type SkipSettings, versionOf } from './verify-go-sum.js';
import { nounOf, type VerifyReport } from './verify-report.js';

export interface VerifyOptions {
  readonly checkout: Checkout;
  readonly settings: SkipSettings & { readonly GONOPROXY: string };
  readonly sumdb: SumDb;
  readonly cache: ModCache;
  /** Opens the main module or workspace for `use`, and reads its graph; may do so again as a newer Go release. */
  withGraph<T>(use: (session: Session, read: ReadGraph) => Promise<T>): Promise<T>;
  /** Prove again what an earlier run has proven. */
  readonly all?: boolean | undefined;
  /** Fail on lines that the settings skip. */
  readonly strict?: boolean | undefined;
  /** Hash the cached zips and folders again. */
  readonly cached?: boolean | undefined;
  /** Compare vendor/ with the modules' zips; undefined: when there is a vendor folder. */
  readonly vendored?: boolean | undefined;
  /** Only lines that changed. */
  readonly changed?: ChangedLines | undefined;
  /** A proof file, which is believed in place of the database: then nothing is asked of the network. */
  readonly proof?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Lines done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Verifies a checkout. What speaks against it is in the report; throws 'interrupted', and what is no error of ours. */
export async function verifyCheckout(options: VerifyOptions): Promise<VerifyReport> {
  const { checkout, changed, sumdb, proof } = options;
  const all = readableLines(checkout.sumFiles, () => true);
  const wanted = changed === undefined ? all : changedOnly(checkout, changed);
  const [lines, graph] = await settle([
    proof === undefined ? proveByLog(wanted, options) : proveByFile(wanted, proof, options),
    checkGraph(options),
  ] as const);
  const claims = [goSumIsWellFormed(checkout), ...goWorkHidesNoGoSum(checkout), ...lines.claims, ...graph];
  if (changed !== undefined)
    claims.push({ claim: 'changed-lines', checked: wanted.length, findings: changed.findings });
  return {
    lines: lines.lines,
    claims: claims.map(shorten),
    head: lines.head,
    database: sumdb.name,
    strict: options.strict ?? false,
    changed: changed && { revision: changed.revision, leftOut: all.length - wanted.length },
  };
}

/** So many findings of one weight and claim are named. */
const maxFindings = 1000;

/** Of more findings than a person reads only the number is told. */
function shorten({ claim, checked, findings }: ClaimReport): ClaimReport {
  if (findings.length <= maxFindings) return { claim, checked, findings };
  const short = (['refuted', 'unchecked', 'note'] as const).flatMap((weight) => {
    const some = findings.filter((f) => f.weight === weight);
    const message = `${nounOf(some.length - maxFindings, 'more finding')} like these`;
    return some.length <= maxFindings ? some : [...some.slice(0, maxFindings), { claim, weight, message }];
  });
  return { claim, checked, findings: short };
}

/** Lines that are new, and the lines of modules that go.mod did not require before. */
function changedOnly(checkout: Checkout, { lines, modules }: ChangedLines): NamedLine[] {
  return readableLines(
    checkout.sumFiles,
    ({ file }, l) =>
      (lines.get(file)?.has(l.line) ?? false) || modules.has(keyOf({ path: l.path, version: versionOf(l) })),
  );
}

/** All results, or the first failure, once nothing is under way any more. */
async function settle<T extends readonly unknown[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function proveByLog(lines: readonly NamedLine[], options: VerifyOptions): Promise<ProvenLines> {
  const { sumdb, settings, cache, checkout, all = false, changed, onProgress } = options;
  let done = 0;
  const onDone = (n: number) => {
    done += n;
    onProgress?.(done, lines.length);
  };
  const memory = { cacheDir: cache.dir, sumdb, root: checkout.root, readsMemory: !all, learns: changed === undefined };
  return logProvesGoSum(lines, { ...memory, settings, onDone });
}

async function proveByFile(
  lines: readonly NamedLine[],
  file: NonNullable<VerifyOptions['proof']>,
  { sumdb, settings, onProgress }: VerifyOptions,
): Promise<ProvenLines> {
  const { claim, lines: reports, head } = await proofFileProvesGoSum(lines, file, sumdb, settings);
  onProgress?.(lines.length, lines.length);
  return { lines: reports, head: head && { size: head.size, hash: formatHash(head.hash) }, claims: [claim] };
}

/** The claims that need the module graph, or that need the session that reads it. */
async function checkGraph(options: VerifyOptions): Promise<ClaimReport[]> {
  const { checkout, settings, cache, signal, cached, proof } = options;
  const hasVendor = await checkout.tree.isDirectory(checkout.vendorDir);
  const vendored = options.vendored ?? (proof === undefined && hasVendor);
  const cacheClaim = (modules?: readonly ModuleVersion[]) =>
    cacheMatchesGoSum(checkout, cache, { ...(signal && { signal }), ...(modules && { modules }) });
  if (proof !== undefined && !vendored) {
    const claims = [await requirementsAreInGoSum(checkout).catch((error: unknown) => failedClaim(complete, error))];
    if (hasVendor && options.vendored === undefined) {
      const message = 'the vendor folder was not looked at, which may need the network: -vendor does';
      claims.push({ claim: match, checked: 0, findings: [{ claim: match, weight: 'note', message }] });
    }
    return cached ? [...claims, await cacheClaim()] : claims;
  }
  let buildList: ModuleVersion[] | undefined;
  const claims = await options
    .withGraph(async (session, read) => {
      buildList = selectedModules(session, read.graph);
      const patterns = `${settings.GONOPROXY},${settings.GONOSUMDB}`;
      const found = [goSumIsComplete(session, read, checkout, patterns), ...replacedModules(session, read)];
      if (!vendored) return found;
      const known = read.isWhole ? { buildList: read.graph.buildList } : {};
      found.push(await modulesTxtAgreesWithGoMod(session, checkout, known));
      found.push(await vendorMatchesZips(session, checkout, signal ? { signal } : {}));
      return found;
    })
    .catch((error: unknown) => {
      const names = vendored ? [complete, 'modules-txt-agrees-with-go-mod', match] : [complete];
      return names.map((name) => failedClaim(name, error));
    });
  return cached ? [...claims, await cacheClaim(buildList)] : claims;
}

const complete = 'go-sum-is-complete';
const match = 'vendor-matches-zips';
