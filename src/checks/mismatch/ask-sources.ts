/**
 * Asks every source for itself what it has of a module version: each entry of GOPROXY whatever stands between them, the checksum database,
 * the sum files, the module cache. Zips go into a folder of the caller's. Nothing is written to the module cache.
 */
import { join } from 'node:path';
import { TsgogetError } from '../../errors.js';
import type { Proxy, ProxyList } from '../../goproxy/index.js';
import type { ModuleVersion } from '../../module/index.js';
import type { SumFile } from '../checkout.js';
import { type Asked, askCache, askProxy, type CopySurroundings } from './ask-copies.js';
import { askLog, type LogSurroundings, readSumFiles } from './ask-records.js';

export interface Surroundings extends LogSurroundings, CopySurroundings {
  readonly env: LogSurroundings['env'];
  readonly proxies: ProxyList;
  readonly sumFiles: readonly SumFile[];
}

/** Asks all of them; in the order log, sum files, GOPROXY, cache. Throws 'invalid-setting' for GOPROXY, and 'interrupted'. */
export async function askSources(module: ModuleVersion, around: Surroundings, dir: string): Promise<Asked[]> {
  const proxies = distinct(around.proxies.entries).filter((p) => p.url !== 'noproxy');
  const asked = await Promise.allSettled([
    askLog(module, around).then((source) => ({ source })),
    Promise.resolve(readSumFiles(module, around.sumFiles).map((source) => ({ source }))),
    ...proxies.map((proxy, i) => askProxy(module, proxy, join(dir, `${i}.zip`), around)),
    askCache(module, around),
  ]);
  // all have ended: nobody writes into the folder any more
  if (around.signal?.aborted) throw new TsgogetError('interrupted', 'interrupted', { cause: around.signal.reason });
  return asked.flatMap((a) => {
    if (a.status === 'rejected') throw a.reason;
    return a.value;
  });
}

const distinct = (proxies: readonly Proxy[]) => [...new Map(proxies.map((p) => [p.url, p])).values()];
