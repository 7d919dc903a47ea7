export { type CacheSuffix, createModCache, type ModCache, type ModCacheOptions } from './mod-cache.js';
export type { ZipDownload, ZipSink } from './zip-download.js';
