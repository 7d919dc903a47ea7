export { checkMultiproof, proveRecords } from './multiproof.js';
export {
  checkProofFile,
  formatProofFile,
  maxProofFileBytes,
  type ProofFile,
  type ProofRecord,
  parseProofFile,
} from './proof-file.js';
