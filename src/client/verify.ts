/** What is claimed of the checkout that a run stands in: verified, or proven in a file. */
import {
  type Checkout,
  exportProof,
  openCheckout,
  type ProofExport,
  readKnownGraph,
  type VerifyOptions,
  type VerifyReport,
  verifyCheckout,
} from '../checks/index.js';
import { parseGoSumDb } from '../sumdb/index.js';
import { type Run, readerRights } from './run.js';

/** What is to be proven, and how. */
export type VerifyChoice = Pick<VerifyOptions, 'all' | 'strict' | 'cached' | 'vendored' | 'changed' | 'proof'>;

/** The checkout around the run's folder. Throws as openCheckout does. */
export async function openCheckoutOf({ openTree, cwd, modFile, goEnv }: Run): Promise<Checkout> {
  return openCheckout({ cwd, tree: await openTree(), modFile, GOWORK: goEnv.GOWORK, GOROOT: goEnv.GOROOT });
}

/** Verifies it. What speaks against it is in the report; throws 'interrupted', and 'invalid-setting' for GOSUMDB. */
export async function verifyIn(run: Run, checkout: Checkout, choice: VerifyChoice): Promise<VerifyReport> {
  const { goEnv, gateway, signal, onProgress } = run;
  if (goEnv.GOSUMDB !== 'off') parseGoSumDb(goEnv.GOSUMDB); // a wrong setting is one error, not one for each line
  onProgress?.({ phase: 'verifying' });
  const use = { tree: checkout.tree, rootMode: 'required', dropMalformedSums: true, rights: readerRights } as const;
  return verifyCheckout({
    ...choice,
    checkout,
    settings: goEnv,
    sumdb: gateway.sumdb,
    cache: gateway.cache,
    withGraph: (work) =>
      run.withSession(use, async ({ session, requirements, needsNewerRelease }) =>
        work(session, await readKnownGraph(requirements, needsNewerRelease)),
      ),
    signal,
    onProgress: (done, total) => onProgress?.({ done, total, sums: done }),
  });
}

/** Proves its go.sum for one file. Throws as exportProof does. */
export function exportProofIn(run: Run, checkout: Checkout, strict = false): Promise<ProofExport> {
  const { gateway, goEnv, onProgress } = run;
  return exportProof(checkout, {
    sumdb: gateway.sumdb,
    settings: goEnv,
    strict,
    onProgress: (done, total) => onProgress?.({ phase: 'proving', done, total }),
  });
}
