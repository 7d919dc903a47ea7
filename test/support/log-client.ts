/** A client of a fixture log without a network, in folders of its own: for what a false log can do to a true client. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSumDb, type SumDb, type SumDbOptions } from '../../src/sumdb/index.js';
import { type FixtureLog, transportOf } from './fixture-log.js';
import { useTempDir } from './temp-dir.js';

export interface LogClient {
  readonly db: SumDb;
  /** The paths asked for under the log's address. */
  asked(): string[];
  /** The files of the cache and of the state, without folders. */
  files(): string[];
  /** The folder of tree heads and that of look-ups and tiles. */
  readonly stateDir: string;
  readonly cacheDir: string;
}

export type LogClientOptions = Partial<SumDbOptions> & { readonly GONOSUMDB?: string; readonly dir?: string };

/** Call at the top of a test file; the result opens a client, in a new folder unless one is given. */
export function useLogClients(): (log: FixtureLog | (() => FixtureLog), options?: LogClientOptions) => LogClient {
  const tempDir = useTempDir();
  return (log, { GONOSUMDB = '', dir = tempDir(), ...options } = {}) => {
    const current = typeof log === 'function' ? log : () => log;
    const transport = transportOf(current);
    const { name, verifierKey } = current();
    const [stateDir, cacheDir] = [join(dir, 'state'), join(dir, 'cache')];
    const db = createSumDb({
      env: { GOSUMDB: verifierKey, GONOSUMDB },
      proxies: [{ url: 'https://proxy.test', fallBackOnError: false }],
      transport,
      stateDir,
      cacheDir,
      ...options,
    });
    return {
      db,
      stateDir,
      cacheDir,
      asked: () => transport.urls.map((url) => url.replace(`https://proxy.test/sumdb/${name}`, '')),
      files: () => [stateDir, cacheDir].flatMap(filesUnder).sort(),
    };
  };
}

function filesUnder(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
