export { classTitles } from './advice.js';
export type { Surroundings } from './ask-sources.js';
export type { Difference } from './evidence.js';
export { type ExplainDocument, explainDocument } from './explain-document.js';
export { type Explanation, explainMismatch } from './explain-mismatch.js';
export { type FileDifference, maxShownFiles } from './file-differences.js';
export { baseHash, type MismatchClass } from './mismatch-class.js';
export { hashesOf, type Part, partNames, parts, type Said, type Source } from './sources.js';
