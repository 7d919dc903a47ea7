export { writeFileAtomic } from '../files/atomic-file.js';
export { drainWrites, writeInThread } from '../files/write-worker.js';
export { endZipThreads } from '../zipfile/zip-threads.js';
export { type CacheSuffix, createModCache, type ModCache, type ModCacheOptions, type ZipVisit } from './mod-cache.js';
export type { ZipDownload, ZipSink } from './zip-download.js';
