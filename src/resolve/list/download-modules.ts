/** Downloads modules: .info, .mod and .zip, proven and extracted, all at once (`mod download`). */

import { hashGoMod } from '../../dirhash/index.js';
import { messageOf, TsgogetError } from '../../errors.js';
import type { Fetcher, Origin } from '../../modfetch/index.js';
import type { ModulePublic } from './module-public.js';

/** One module as `mod download -json` shows it; the fields and their order are go's. */
export interface Download {
  Path: string;
  Version?: string;
  Query?: string;
  Error?: string;
  Info?: string;
  GoMod?: string;
  Zip?: string;
  Dir?: string;
  Sum?: string;
  GoModSum?: string;
  Origin?: Origin;
  Reuse?: boolean;
}

const fields = [
  'Path',
  'Version',
  'Query',
  'Error',
  'Info',
  'GoMod',
  'Zip',
  'Dir',
  'Sum',
  'GoModSum',
  'Origin',
  'Reuse',
] as const;

export function downloadJson(d: Download): Map<string, unknown> {
  return new Map(fields.flatMap((name) => (d[name] ? [[name, d[name]] as const] : [])));
}

export interface Downloaded {
  readonly module: Download;
  /** What went wrong, as it was thrown; undefined when nothing did. */
  readonly error: unknown;
}

/**
 * Downloads what is listed; main modules and folders are passed over. The result has the order of the list.
 * `failures` are what was thrown for a module's `Error`, as `listModules` gives them.
 */
export async function downloadModules(
  fetcher: Fetcher,
  listed: readonly ModulePublic[],
  failures: ReadonlyMap<ModulePublic, unknown> = new Map(),
): Promise<Downloaded[]> {
  const wanted = listed.map((m) => m.Replace ?? m).filter((m) => m.Version || m.Error !== undefined);
  return Promise.all(wanted.map((m) => downloadModule(fetcher, m, failures.get(m))));
}

/** One of them; its version must be canonical, where there is no `Error` yet. */
export async function downloadModule(fetcher: Fetcher, m: ModulePublic, failure?: unknown): Promise<Downloaded> {
  const out: Download = { Path: m.Path };
  if (m.Version) out.Version = m.Version;
  if (m.Query) out.Query = m.Query;
  if (m.Origin !== undefined) out.Origin = m.Origin;
  if (m.Reuse) out.Reuse = true;
  if (m.Error !== undefined) {
    return { module: { ...out, Error: m.Error.Err }, error: failure ?? new TsgogetError('failed', m.Error.Err) };
  }
  if (m.Reuse) return { module: out, error: undefined };
  const module = { path: m.Path, version: m.Version ?? '' };
  const { cache } = fetcher.options;
  try {
    // all three at once: nothing is extracted before its zip is proven
    const folder = fetcher.folder(module);
    folder.catch(() => {});
    const goMod = fetcher.goMod(module.path, module.version);
    goMod.catch(() => {});
    await fetcher.info(module.path, module.version);
    out.Info = cache.file(module.path, module.version, 'info');
    const { data } = await goMod;
    out.GoMod = cache.file(module.path, module.version, 'mod');
    out.GoModSum = hashGoMod(data);
    out.Zip = (await fetcher.zip(module)).file;
    const sum = await cache.readZipHash(module.path, module.version);
    if (sum !== undefined) out.Sum = sum;
    out.Dir = (await folder).dir;
    return { module: out, error: undefined };
  } catch (error) {
    return { module: { ...out, Error: messageOf(error) }, error };
  }
}
