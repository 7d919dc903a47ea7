export { CachedRepo, InfoCache, type VersionRepo } from './cached-repo.js';
export { Fetcher, type FetcherOptions } from './fetcher.js';
export type { ProvenGoMod } from './go-mod-fetcher.js';
export {
  formatInfoFile,
  normalizeTime,
  type Origin,
  orderedOrigin,
  parseInfoFile,
  readOrigin,
  type VersionInfo,
  zeroTime,
} from './info-file.js';
export type { Proof } from './prover.js';
export { goModKey, type KeepSum, type SumFiles, SumLedger, type SumLedgerOptions } from './sum-ledger.js';
export { reported, TooNewError } from './too-new-error.js';
export { ToolchainRepo, toolchainModule } from './toolchain-repo.js';
export type { ProvenFolder, ProvenZip } from './zip-fetcher.js';
