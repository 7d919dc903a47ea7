export { type ChangedLines, changedLines } from './changed-lines.js';
export { openCheckout } from './checkout.js';
export { type ReadGraph, readKnownGraph } from './go-sum-is-complete.js';
export type { Finding, LineStatus, SumLineReport } from './report.js';
export { verifyCache } from './verify-cache.js';
export { type VerifyOptions, verifyCheckout } from './verify-checkout.js';
export { readableLines, verifyLines } from './verify-go-sum.js';
export { nounOf, type VerifyDocument, type VerifyReport, verdictOf, verifyDocument } from './verify-report.js';
