/** `explain-mismatch` over the settings and the checkout, if there is one, of a run. */
import type { SumFile } from '../checks/index.js';
import { type Explanation, explainMismatch } from '../checks/mismatch/index.js';
import { TsgogetError } from '../errors.js';
import { Fetcher } from '../modfetch/index.js';
import { canonicalVersion, check, checkPath } from '../module/index.js';
import { query, VersionRules } from '../resolve/index.js';
import type { Run } from './run.js';
import { openCheckoutOf } from './verify.js';

/** An explanation, and the query that led to its version, where that is not the version itself. */
export interface MismatchAnswer {
  readonly explanation: Explanation;
  readonly query: string | undefined;
}

const isExact = (version: string) => canonicalVersion(version) === version;

/** Throws 'invalid-path' or 'invalid-version' for what names no module version. */
export function checkQuestion(path: string, versionQuery: string): void {
  if (isExact(versionQuery)) check(path, versionQuery);
  else checkPath(path);
}

/**
 * Asks every source about a module version and judges what they say. A canonical version is taken as it is, so that no proxy has
 * a say in it. Throws as checkQuestion, a query and explainMismatch do.
 */
export async function explainIn(run: Run, path: string, versionQuery: string): Promise<MismatchAnswer> {
  checkQuestion(path, versionQuery);
  run.onProgress?.({ phase: 'comparing' });
  const sumFiles = await readSumFiles(run);
  const version = isExact(versionQuery) ? versionQuery : await resolveQuery(run, path, versionQuery);
  const { proxies, cache, sumdb } = run.gateway;
  const around = { env: run.goEnv, proxies, cache, sumdb, sumFiles, signal: run.signal };
  const explanation = await explainMismatch({ path, version }, around);
  return { explanation, query: version === versionQuery ? undefined : versionQuery };
}

/** The version that a query names, as a main module that requires nothing asks for it. Nothing is kept in the cache. */
async function resolveQuery({ gateway, goEnv, openSession }: Run, path: string, versionQuery: string): Promise<string> {
  const cache = { ...gateway.cache, writeInfo: async () => {}, writeMod: async () => {} };
  const { session } = await openSession(
    {
      rights: { mod: 'readonly' },
      rootMode: 'none',
      modFile: undefined,
      createFetcher: (sums) => new Fetcher({ ...gateway.createFetcher(sums).options, cache }),
    },
    { ...goEnv, GO111MODULE: '', GOWORK: 'off' },
  );
  const { version } = await query(session, path, versionQuery, {
    allowed: session.shared(VersionRules).allowedBy(path, versionQuery),
  });
  check(path, version);
  if (!isExact(version)) {
    throw new TsgogetError('invalid-response', `${path}@${versionQuery}: ${version} is no canonical version`);
  }
  return version;
}

/** The sum files of the checkout; none outside. */
async function readSumFiles(run: Run): Promise<readonly SumFile[]> {
  try {
    return (await openCheckoutOf(run)).sumFiles;
  } catch (error) {
    if (error instanceof TsgogetError && error.code === 'not-main-module') return [];
    throw error;
  }
}
