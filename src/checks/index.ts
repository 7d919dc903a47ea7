export { type ChangedLines, changedLines } from './changed-lines.js';
export { type Checkout, type CheckoutPlace, openCheckout, type SumFile } from './checkout.js';
export { type ReadGraph, readKnownGraph } from './go-sum-is-complete.js';
export type { ClaimReport, Finding, LineStatus, SumLineReport, Weight } from './report.js';
export { verifyCache } from './verify-cache.js';
export { type VerifyOptions, verifyCheckout } from './verify-checkout.js';
export { readableLines, verifyLines } from './verify-go-sum.js';
export {
  nounOf,
  type Verdict,
  type VerifyCounts,
  type VerifyDocument,
  type VerifyDocumentFinding,
  type VerifyDocumentLine,
  type VerifyReport,
  verdictOf,
  verifyDocument,
} from './verify-report.js';
