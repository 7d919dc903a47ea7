export { CachedRepo, StatCache, type VersionRepo } from './cached-repo.js';
export { Fetcher, type FetcherOptions, type Proof, TooNewError } from './fetcher.js';
export {
  formatStatFile,
  normalizeTime,
  type Origin,
  parseStatFile,
  readOrigin,
  type VersionInfo,
  zeroTime,
} from './info-file.js';
export { goModKey, type KeepSum, type SumFiles, SumLedger, type SumLedgerOptions } from './sum-ledger.js';
export { ToolchainRepo } from './toolchain-repo.js';
