/** The zips of modules and the folders extracted from them: downloaded into the cache, and used by nobody before they are proven. */
import { createLimit } from '../async/limit.js';
import { Memo } from '../async/memo.js';
import { isH1 } from '../dirhash/index.js';
import { isSecurity, ModuleError, messageOf, TsgogetError } from '../errors.js';
import { fittingWidth } from '../files/descriptor-limit.js';
import { compareGo, goModLookup, hasRule } from '../gover/index.js';
import type { Sink, Unframed } from '../http/index.js';
import type { ModCache } from '../modcache/index.js';
import { keyOf, type ModuleVersion } from '../module/index.js';
import type { Proof, Prover } from './prover.js';
import { TooNewError } from './too-new-error.js';
import { KeptBeginning, namingContent } from './unexpected-content.js';
import { askedAgain, Fingerprint } from './unframed.js';

export interface ProvenZip {
  /** In the module cache. */
  readonly file: string;
  readonly proof: Proof;
}

export interface ProvenFolder {
  /** In the module cache. */
  readonly dir: string;
  /** Of the zip that it was extracted from. */
  readonly proof: Proof;
}

export interface ZipFetcherOptions {
  readonly cache: ModCache;
  readonly prover: Prover;
  /** The Go release that is followed, as '1.26.8'. */
  readonly goVersion: string;
  readonly GOTOOLCHAIN: string;
  /** Downloads a zip from the proxies, unproven. */
  readonly download: (module: ModuleVersion, sink: () => Promise<Sink>, onUnframed: Unframed) => Promise<void>;
  /** Called when a zip is about to be downloaded; of one that was prefetched, not before it is asked for. */
  readonly onDownload: (module: ModuleVersion) => void;
  /** Called when a folder is there. */
  readonly onDone: (module: ModuleVersion) => void;
}

/** An error about a zip, with the module that it is of, where its words do not begin with one of its files. */
function aboutZip(error: unknown, { path, version }: ModuleVersion): unknown {
  if (!(error instanceof TsgogetError) || error.code !== 'invalid-zip') return error;
  return error.message.includes(`${path}@${version}`) && !error.message.startsWith('unzip ')
    ? error
    : new ModuleError(error.code, { path, version }, error.message, { cause: error });
}

const zipWidth = 16;
/** The cryptography of Go that was validated: a copy from elsewhere would not be that. */
const fips140Module = 'golang.org/fips140';

export class ZipFetcher {
  readonly #options: ZipFetcherOptions;
  readonly #zips = new Memo<ProvenZip>();
  readonly #folders = new Memo<ProvenFolder>();
  /** What proves the hashes that the cache recorded of its zips. */
  readonly #recorded = new Memo<Proof>();
  /** Modules whose zip is being downloaded though nothing has needed it yet. */
  readonly #unannounced = new Set<string>();
  readonly #limit = createLimit(fittingWidth(zipWidth, 8));

  constructor(options: ZipFetcherOptions) {
    this.#options = options;
  }

  /** See Fetcher.zip. */
  zip(module: ModuleVersion): Promise<ProvenZip> {
    this.#need(module);
    return this.#zip(module);
  }

  /** See Fetcher.folder. */
  folder(module: ModuleVersion): Promise<ProvenFolder> {
    this.#need(module);
    return this.#folder(module);
  }

  /** See Fetcher.hadZip. */
  async hadZip(module: ModuleVersion): Promise<boolean> {
    const { path, version } = module;
    const { cache } = this.#options;
    if (this.#zips.peek(keyOf(module)) !== undefined || !(await cache.hasZip(path, version))) return false;
    return (await cache.readZipHash(path, version)) !== undefined;
  }

  prefetchFolder(module: ModuleVersion): void {
    this.#folder(module).catch(() => {});
  }

  #need(module: ModuleVersion): void {
    this.#options.prover.need(module.path, module.version);
    if (this.#unannounced.delete(keyOf(module))) this.#options.onDownload(module);
  }

  #zip(module: ModuleVersion): Promise<ProvenZip> {
    const { path, version } = module;
    return this.#zips.get(keyOf(module), async () => {
      this.#refuseBundled(path);
      const { cache, prover } = this.#options;
      const file = cache.file(path, version, 'zip');
      let proof: Proof | undefined;
      if (!(await cache.hasZip(path, version))) {
        prover.ask(path, version);
        proof = await this.#limit(() => this.#fetch(module));
      }
      return { file, proof: proof ?? (await this.#proveRecorded(module)) };
    });
  }

  #refuseBundled(path: string): void {
    if (path !== fips140Module || !hasRule(this.#options.goVersion, 'fips140-not-downloaded')) return;
    throw new TsgogetError('unsupported', `${path} is bundled with the Go distribution and cannot be downloaded`);
  }

  /** Brings the zip into the cache, proven. One that another process has brought meanwhile is left for the caller to prove. */
  async #fetch(module: ModuleVersion): Promise<Proof | undefined> {
    const { path, version } = module;
    const { cache, prover } = this.#options;
    if (prover.isNeeded(path, version)) this.#options.onDownload(module);
    else this.#unannounced.add(keyOf(module));
    return askedAgain(async () => {
      const download = await cache.beginZip(path, version);
      if (download === undefined) return { fingerprint: undefined, use: async () => undefined };
      const fingerprint = new Fingerprint();
      const kept = new KeptBeginning();
      const discarding = async (error: unknown) => {
        await download.discard();
        throw error;
      };
      const { sink } = download;
      if (sink !== undefined) {
        const into = kept.through(fingerprint.of(sink));
        await this.#options.download(module, into, fingerprint.onUnframed).catch(discarding);
      }
      const refuse = (error: unknown, hash: string) =>
        this.#refuse(module, error, hash).catch(namingContent(() => kept.bytes));
      const use = async () => {
        const { h1, fault } = await download.finish().catch((error: unknown) => refuse(error, messageOf(error)));
        if (fault !== undefined) await refuse(fault, h1);
        const proof = await prover.prove(path, version, h1);
        await download.commit();
        return proof;
      };
      return { fingerprint: fingerprint.value, use: () => use().catch(discarding) };
    });
  }

  /**
   * Throws: that the hash is not the one that go.sum or the checksum database records, beside the rule that the zip breaks; or else that rule.
   * What is no zip has no hash, and so cannot be what they record: its words are compared in the place of one.
   */
  async #refuse(module: ModuleVersion, error: unknown, hash: string): Promise<never> {
    const { path, version } = module;
    const { prover } = this.#options;
    const about = aboutZip(error, module);
    const saysWhat = isH1(hash) || (about instanceof TsgogetError && about.code === 'invalid-zip');
    if (saysWhat && prover.isOnRecord(path, version)) {
      const refusal = (what: string) =>
        prover.check(path, version, what).then(
          () => undefined,
          (e: unknown) => e,
        );
      const refuted = await refusal(hash);
      if (isSecurity(refuted)) {
        const withRule = isH1(hash) ? await refusal(`${hash} (${messageOf(error)})`) : undefined;
        throw isSecurity(withRule) ? withRule : refuted;
      }
    }
    throw about;
  }

  /** Proves what the cache recorded of a zip when it was downloaded. */
  #proveRecorded(module: ModuleVersion): Promise<Proof> {
    const { path, version } = module;
    return this.#recorded.get(keyOf(module), async () => {
      const { cache, prover } = this.#options;
      const recorded = await cache.readZipHash(path, version);
      const hash = recorded ?? (await cache.hashZip(cache.file(path, version, 'zip')));
      const proof = await prover.prove(path, version, hash);
      if (recorded === undefined) await cache.writeZipHash(path, version, hash);
      return proof;
    });
  }

  #folder(module: ModuleVersion): Promise<ProvenFolder> {
    const { path, version } = module;
    return this.#folders.get(keyOf(module), async () => {
      this.#refuseBundled(path);
      const { cache, goVersion, GOTOOLCHAIN, onDone } = this.#options;
      const complete = await cache.moduleDir(path, version);
      const folder =
        complete === undefined
          ? await this.#extract(module)
          : { dir: complete, proof: await this.#proveRecorded(module) };
      const goMod = await cache.readFolderFile(folder.dir, 'go.mod');
      const wanted = goMod === undefined ? '' : goModLookup(goMod, 'go');
      if (wanted !== '' && compareGo(wanted, goVersion) > 0) {
        throw new TooNewError(`${path}@${version}`, wanted, goVersion, GOTOOLCHAIN);
      }
      onDone(module);
      return folder;
    });
  }

  async #extract(module: ModuleVersion): Promise<ProvenFolder> {
    const { proof } = await this.#zip(module);
    try {
      return { dir: await this.#options.cache.extract(module.path, module.version), proof };
    } catch (error) {
      throw aboutZip(error, module);
    }
  }
}
