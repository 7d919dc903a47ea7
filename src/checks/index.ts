export { type Cause, groupByCause, maxExamples } from './causes.js';
export { type ChangedLines, changedLines } from './changed-lines.js';
export { type Checkout, openCheckout, type SumFile } from './checkout.js';
export { type ExportedProof, exportProof, type LeftOut, type ProofExport } from './export-proof.js';
export { type ReadGraph, readKnownGraph } from './go-sum-is-complete.js';
export type { Finding, LineStatus, SumLineReport } from './report.js';
export { verifyCache } from './verify-cache.js';
export { type VerifyOptions, verifyCheckout } from './verify-checkout.js';
export {
  nothingProvenWarning,
  nounOf,
  type VerifyDocument,
  type VerifyDocumentFinding,
  type VerifyDocumentLine,
  type VerifyReport,
  verdictOf,
  verifyDocument,
} from './verify-report.js';
