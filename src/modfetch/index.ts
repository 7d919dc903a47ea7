export * from './cached-repo.js';
export * from './fetcher.js';
export * from './info-file.js';
export * from './sum-ledger.js';
export * from './toolchain-repo.js';
