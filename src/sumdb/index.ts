export { parseGoSumDb, type SumDbConfig } from './gosumdb.js';
export type { LogProxy, LogTransport } from './log-address.js';
export { createSumDb, type SumDb, type SumDbOptions, type SumLine, type SumRecord } from './sum-db.js';
