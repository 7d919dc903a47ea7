export { type ChangedLines, changedLines } from './changed-lines.js';
export * from './checkout.js';
export { type ReadGraph, readKnownGraph } from './go-sum-is-complete.js';
export * from './report.js';
export { verifyCache } from './verify-cache.js';
export { type VerifyOptions, verifyCheckout } from './verify-checkout.js';
export { readableLines, verifyLines } from './verify-go-sum.js';
export * from './verify-report.js';
