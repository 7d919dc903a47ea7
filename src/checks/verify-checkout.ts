/**
 * `verify`: runs the claims that are asked for over one checkout and puts what they say into one report.
 * Lines and claims do not wait for each other; nothing of the checkout is written.
 */
import { flatten, isSecurity, LogForkError, messageOf, TsgogetError } from '../errors.js';
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
import { modulesTxtAgreesWithGoMod } from './modules-txt-agrees-with-go-mod.js';
import { proofFileProvesGoSum } from './proof-file-proves-go-sum.js';
import { rememberingSource } from './remembered-proofs.js';
import type { ClaimReport, Finding, SumLineReport } from './report.js';
import { vendorMatchesZips } from './vendor-matches-zips.js';
import {
  forkReason,
  type NamedLine,
  type RecordSource,
  readableLines,
  type SkipSettings,
  verifyLines,
  versionOf,
} from './verify-go-sum.js';
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

interface ProvenLines {
  readonly lines: readonly SumLineReport[];
  readonly head: VerifyReport['head'];
  readonly claims: readonly ClaimReport[];
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
  const claims = [goSumIsWellFormed(checkout), ...lines.claims, ...graph];
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

/** Lines that were proven while the log's history was in doubt are proven no more. */
const withdraw = (lines: readonly SumLineReport[]): SumLineReport[] =>
  lines.map((line) =>
    line.result.status === 'proven' ? { ...line, result: { status: 'refuted', reason: forkReason } } : line,
  );

async function proveByLog(lines: readonly NamedLine[], options: VerifyOptions): Promise<ProvenLines> {
  const { sumdb, settings, cache, checkout, changed, onProgress } = options;
  let reports: SumLineReport[] | undefined;
  let fork: LogForkError | undefined;
  let done = 0;
  const count = (n: number) => {
    done += n;
    onProgress?.(done, lines.length);
  };
  const noteFork = (error: unknown): never => {
    if (error instanceof LogForkError) fork ??= error;
    throw error;
  };
  try {
    const memory = { cacheDir: cache.dir, sumdb, root: checkout.root };
    const source = await rememberingSource(memory, !options.all);
    const noting: RecordSource = {
      name: source.name,
      find: (path, version) => source.find(path, version).catch(noteFork),
      keep: (path, version, record) => source.keep(path, version, record).catch(noteFork),
    };
    reports = await verifyLines(lines, noting, { sumdb, settings, onDone: count });
    if (fork !== undefined) throw fork;
    const proven = provenModules(reports);
    const unstored = await flushed(sumdb);
    if (unstored === undefined && changed === undefined) await source.learn(proven);
    const head = proven.length > 0 ? await sumdb.head() : undefined;
    return { lines: reports, head, claims: unstored === undefined ? [] : [unstored] };
  } catch (error) {
    // what was looked up contradicts itself, what an earlier run has seen, or what another process has seen meanwhile
    if (!(error instanceof LogForkError)) throw error;
    const refuted = { status: 'refuted', reason: forkReason } as const;
    const all = reports ?? lines.map((line) => ({ ...line, result: refuted }));
    const message = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    const claims = [
      { claim: oneHistory, checked: 1, findings: [{ claim: oneHistory, weight: 'refuted', message }] },
    ] as const;
    return { lines: withdraw(all), head: undefined, claims };
  }
}

const oneHistory = 'log-has-one-history';

/** The module versions of proven lines, each once. */
function provenModules(reports: readonly SumLineReport[]): ModuleVersion[] {
  const proven = reports
    .filter(({ result }) => result.status === 'proven')
    .map((report) => ({ path: report.path, version: versionOf(report) }));
  return [...new Map(proven.map((module) => [keyOf(module), module])).values()];
}

/** Waits until all is stored; gives the claim that failed if it cannot be. Throws LogForkError: another process may have seen another history. */
async function flushed(sumdb: SumDb): Promise<ClaimReport | undefined> {
  try {
    await sumdb.flush();
    return undefined;
  } catch (error) {
    if (error instanceof LogForkError) throw error;
    return failedClaim('tree-head-is-stored', error);
  }
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

/** A claim that could not be looked at, or was refuted on the way. Throws 'interrupted', and what is no error of ours. */
function failedClaim(claim: string, error: unknown): ClaimReport {
  const findings = flatten(error).map((one): Finding => {
    if (!(one instanceof TsgogetError) || one.code === 'interrupted') throw one;
    return { claim, weight: isSecurity(one) ? 'refuted' : 'unchecked', message: messageOf(one) };
  });
  return { claim, checked: 0, findings };
}
