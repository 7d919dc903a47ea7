export { readWholeFile, writeFileAtomic } from './atomic-file.js';
export { type CacheSuffix, createModCache, type ModCache, type ModCacheOptions, type ZipVisit } from './mod-cache.js';
export { drainWrites, writeInThread } from './write-worker.js';
export type { ZipDownload, ZipSink } from './zip-download.js';
export { endZipThreads } from './zip-threads.js';
