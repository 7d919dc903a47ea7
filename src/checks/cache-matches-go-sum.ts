/**
 * Claim: what the module cache holds is what go.sum records (attack A25). Every zip, extracted folder and go.mod file is hashed
 * anew; the hash that was recorded beside a zip when it was downloaded is believed nowhere, since whoever changes the one can
 * change the other. Nothing is asked of anyone, and links are not followed.
 */
import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createLimit } from '../async/limit.js';
import { Memo } from '../async/memo.js';
import { hashGoMod } from '../dirhash/index.js';
import { isSecurity, messageOf, TsgogetError } from '../errors.js';
import { emptyGoModHash } from '../gosum/index.js';
import type { ModCache } from '../modcache/index.js';
import { goModKey } from '../modfetch/index.js';
import { escapePath, escapeVersion, keyOf, type ModuleVersion, moduleOf } from '../module/index.js';
import type { Checkout } from './checkout.js';
import type { ClaimReport, Finding, Weight } from './report.js';
import { nounOf } from './verify-report.js';

const claim = 'cache-matches-go-sum';

/** Module versions that are hashed at a time. */
const width = 4;

export interface CacheCheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each module version. */
  readonly onDone?: (() => void) | undefined;
  /** The build list, each module as what stands for it; the versions of go.sum are looked at in any case. */
  readonly modules?: readonly ModuleVersion[] | undefined;
}

/** What go.sum says under a key, with the place of its first line. */
interface Recorded {
  readonly hashes: Set<string>;
  readonly file: string;
  readonly line: number;
}

/** Checks every module version of go.sum and of the build list that is in the cache. Throws 'interrupted'. */
export async function cacheMatchesGoSum(
  checkout: Checkout,
  cache: ModCache,
  options: CacheCheckOptions = {},
): Promise<ClaimReport> {
  const recorded = recordedSums(checkout);
  const check = new CacheCheck(cache, recorded);
  const limit = createLimit(width);
  const found = await Promise.all(
    versionsOf(recorded.keys(), options.modules ?? []).map((module) =>
      limit(async () => {
        if (options.signal?.aborted) throw new TsgogetError('interrupted', 'interrupted');
        const findings = await check.module(module);
        options.onDone?.();
        return findings;
      }),
    ),
  );
  const findings = found.flat();
  if (check.unrecorded > 0) {
    const message = `${nounOf(check.unrecorded, 'cached file')} that go.sum has no line for ${check.unrecorded === 1 ? 'was' : 'were'} compared with nothing but what was recorded at the download`;
    findings.push({ claim, weight: 'note', message });
  }
  return { claim, checked: check.checked, findings };
}

function recordedSums(checkout: Checkout): Map<string, Recorded> {
  const sums = new Map<string, Recorded>();
  for (const { name: file, lines } of checkout.sumFiles) {
    for (const { line, path, version, hash, problem } of lines) {
      if (problem !== undefined || hash === emptyGoModHash) continue;
      const key = keyOf({ path, version });
      const known = sums.get(key);
      if (known === undefined) sums.set(key, { hashes: new Set([hash]), file, line });
      else known.hashes.add(hash);
    }
  }
  return sums;
}

function versionsOf(keys: Iterable<string>, modules: readonly ModuleVersion[]): ModuleVersion[] {
  const all = new Map<string, ModuleVersion>();
  for (const key of keys) {
    const name = key.replace(/\/go\.mod$/, '');
    all.set(name, moduleOf(name));
  }
  for (const { path, version } of modules) if (version !== '') all.set(keyOf({ path, version }), { path, version });
  return [...all.values()];
}

class CacheCheck {
  checked = 0;
  /** Of these go.sum says nothing. */
  unrecorded = 0;
  readonly #cache: ModCache;
  readonly #recorded: ReadonlyMap<string, Recorded>;
  readonly #links = new Memo<boolean>();

  constructor(cache: ModCache, recorded: ReadonlyMap<string, Recorded>) {
    this.#cache = cache;
    this.#recorded = recorded;
  }

  async module(module: ModuleVersion): Promise<Finding[]> {
    const { path, version } = module;
    const findings: Finding[] = [];
    const say = (weight: Weight, message: string, rest: Partial<Finding> = {}) =>
      findings.push({ claim, weight, message, path, version, ...rest });
    let names: { zip: string; ziphash: string; partial: string; mod: string; folder: string };
    try {
      const file = (suffix: 'zip' | 'ziphash' | 'partial' | 'mod') => this.#cache.file(path, version, suffix);
      const folder = join(this.#cache.dir, `${escapePath(path)}@${escapeVersion(version)}`);
      names = { zip: file('zip'), ziphash: file('ziphash'), partial: file('partial'), mod: file('mod'), folder };
    } catch {
      return []; // a key that can be in no cache: other claims name it
    }
    const attempt = async (what: string, name: string, run: () => Promise<void>) => {
      try {
        const found = await lstatOrNone(name);
        if (found === undefined) return;
        const link = await this.#linkAbove(name);
        if (link !== undefined) say('refuted', `the cached ${what} cannot be trusted: ${link} is a symbolic link`);
        else if (what === 'folder' ? found.isDirectory() : found.isFile()) await run();
        else say('refuted', `the cached ${what}: ${name} is no ${what === 'folder' ? 'folder' : 'regular file'}`);
      } catch (error) {
        if (error instanceof TsgogetError && error.code === 'interrupted') throw error;
        // a zip that cannot be read is not the one that has the hash on record
        const isBroken = error instanceof TsgogetError && ['invalid-zip', 'too-large'].includes(error.code);
        const weight = isSecurity(error) || (isBroken && this.#sum(path, version)) ? 'refuted' : 'unchecked';
        say(weight, `the cached ${what}: ${messageOf(error)}`);
      }
    };
    /** Compares a hash with go.sum; false when go.sum says nothing. */
    const compare = (what: string, key: string, got: string): boolean => {
      this.checked++;
      const sum = this.#sum(path, key);
      if (sum === undefined) return false;
      for (const want of sum.hashes) {
        if (want === got || !want.startsWith('h1:')) continue;
        const message = `the cached ${what} is not what ${sum.file} records`;
        say('refuted', message, { version: key, file: sum.file, line: sum.line, want, got });
      }
      return true;
    };

    await attempt('go.mod file', names.mod, async () => {
      const data = await this.#cache.readMod(path, version);
      if (data === undefined) say('unchecked', 'the cached go.mod file is damaged');
      else if (!compare('go.mod file', goModKey(version), hashGoMod(data))) this.unrecorded++;
    });
    let zipHash: string | undefined;
    let isKnown = true;
    await attempt('zip', names.zip, async () => {
      zipHash = await this.#cache.hashZip(names.zip);
      isKnown = compare('zip', version, zipHash);
    });
    let folderHash: string | undefined;
    await attempt('folder', names.folder, async () => {
      if ((await lstatOrNone(names.partial)) !== undefined) {
        say('note', 'its folder was not extracted to the end; the go command will extract it again');
        return;
      }
      folderHash = await this.#cache.hashDir(names.folder, `${path}@${version}`);
      isKnown = compare('folder', version, folderHash);
    });
    const hashes = new Set([zipHash, folderHash].filter((h) => h !== undefined));
    await attempt('hash file', names.ziphash, async () => {
      const text = await this.#cache.readZipHash(path, version);
      for (const got of hashes) {
        if (text === undefined) say('unchecked', 'the hash that was recorded at the download is damaged');
        else if (text !== got) {
          say('refuted', 'the hash that was recorded at the download is not that of the cached module', {
            want: text,
            got,
          });
        }
      }
    });
    if (!isKnown) {
      this.unrecorded += hashes.size > 0 ? 1 : 0;
      if (hashes.size > 1) say('refuted', 'the cached zip and its folder differ', { want: zipHash!, got: folderHash! });
    }
    return findings;
  }

  #sum(path: string, key: string): Recorded | undefined {
    const sum = this.#recorded.get(keyOf({ path, version: key }));
    return sum !== undefined && [...sum.hashes].some((h) => h.startsWith('h1:')) ? sum : undefined;
  }

  /** The name itself or the folder above it, below the cache's own, that is a link. */
  async #linkAbove(name: string): Promise<string | undefined> {
    let at = this.#cache.dir;
    for (const part of relative(at, name).split(sep)) {
      at = join(at, part);
      const here = at;
      if (await this.#links.get(here, async () => (await lstatOrNone(here))?.isSymbolicLink() ?? false)) return here;
    }
    return undefined;
  }
}

async function lstatOrNone(name: string) {
  try {
    return await lstat(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
