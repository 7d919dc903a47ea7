export { parseGoSumDb, type SumDbConfig } from './gosumdb.js';
export type { LogProxy, LogTransport } from './log-address.js';
export type { LogOptions, SumRecord } from './proven-log.js';
export { createSumDb, type SumDb, type SumDbOptions } from './sum-db.js';
export type { SumLine } from './sum-lines.js';
