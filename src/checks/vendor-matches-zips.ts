/**
 * Claim: vendor/ holds, file by file, what the proven zips of the modules in modules.txt hold, as `go mod vendor` copies it; so the
 * code that is built is the code that go.sum vouches for. A file that no zip explains is refuted, wherever it lies.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { createLimit } from '../async/limit.js';
import { ChecksumMismatchError, isSecurity, messageOf, TsgogetError } from '../errors.js';
import { NoOriginError } from '../goproxy/index.js';
import { compareGo, goModLookup } from '../gover/index.js';
import type { Proof } from '../modfetch/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../module/index.js';
import type { ModulesTxt, Session } from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Checkout } from './checkout.js';
import { type ListedModule, listedModules } from './listed-modules.js';
import { folderOf, type ModuleContent, readProvenZip, readReplacingFolder } from './module-content.js';
import { readModulesTxt } from './modules-txt-agrees-with-go-mod.js';
import type { ClaimReport, Finding, Weight } from './report.js';
import { compareVendorFolder, type ExpectedFile } from './vendor-folder.js';
import { vendoredFiles } from './vendored-files.js';

const claim = 'vendor-matches-zips';

/** Modules that are read at a time. */
const width = 4;

export interface VendorCheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each module. */
  readonly onDone?: (() => void) | undefined;
}

/** Compares every file. Throws 'interrupted'. */
export async function vendorMatchesZips(
  session: Session,
  checkout: Checkout,
  options: VendorCheckOptions = {},
): Promise<ClaimReport> {
  const check = new VendorCheck(session, checkout, options);
  await check.run();
  return { claim, checked: check.checked, findings: check.findings };
}

class VendorCheck {
  checked = 0;
  readonly findings: Finding[] = [];
  readonly #session: Session;
  readonly #checkout: Checkout;
  readonly #options: VendorCheckOptions;
  /** By the name in the vendor folder, with slashes. */
  readonly #expected = new Map<string, ExpectedFile[]>();
  /** Paths of the modules of modules.txt; of those that list packages; of those whose content could not be read. */
  readonly #named = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #unread = new Set<string>();

  constructor(session: Session, checkout: Checkout, options: VendorCheckOptions) {
    this.#session = session;
    this.#checkout = checkout;
    this.#options = options;
  }

  #say(weight: Weight, message: string, rest: Partial<Finding> = {}): void {
    this.findings.push({ claim, weight, message, ...rest });
  }

  #throwIfAborted(): void {
    if (this.#options.signal?.aborted) throw new TsgogetError('interrupted', 'interrupted');
  }

  /** A name in the vendor folder as the user would write it. */
  #nameOf(name: string): string {
    return shortPath(join(this.#checkout.vendorDir, name), this.#checkout.cwd);
  }

  async run(): Promise<void> {
    try {
      const root = await lstat(this.#checkout.vendorDir);
      if (!root.isDirectory()) {
        const what = root.isSymbolicLink()
          ? 'a symbolic link: what it leads to is no part of the checkout'
          : 'no folder';
        this.#say('refuted', `vendor is ${what}`, { file: this.#nameOf('') });
        return;
      }
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.#say('unchecked', isAbsent ? 'there is no vendor folder' : messageOf(error), { file: this.#nameOf('') });
      return;
    }
    const vendored = await readModulesTxt(this.#checkout);
    for (const { module } of vendored?.entries ?? []) this.#named.add(module.path);
    const limit = createLimit(width);
    const refute = ({ path, version }: ModuleVersion, message: string) =>
      this.#say('refuted', message, { file: this.#nameOf('modules.txt'), path, version });
    const listed = vendored === undefined ? [] : listedModules(vendored, this.#session.main, refute);
    for (const { module } of listed) {
      this.#paths.add(module.path);
      this.#prefetch(module);
    }
    const told = await Promise.all(listed.map((l) => limit(() => this.#readModule(l, vendored!))));
    for (const tell of told) tell();
    await this.#compareFiles();
  }

  /** Asks for a zip at once: the fetcher bounds what is under way. A failure shows when the zip is read. */
  #prefetch(module: ModuleVersion): void {
    const actual = this.#session.main.resolve(module);
    if (actual.version !== '') this.#session.fetcher.zip(actual).catch(() => {});
  }

  /** Reads a module. The result adds what it should have left in the vendor folder: in the order of modules.txt. */
  async #readModule({ module, folders }: ListedModule, vendored: ModulesTxt): Promise<() => void> {
    this.#throwIfAborted();
    const actual = this.#session.main.resolve(module);
    const about = { path: module.path, version: module.version };
    try {
      const isFolder = actual.version === '';
      const content = await (isFolder ? readReplacingFolder : readProvenZip)(this.#session, actual, folders);
      return () => {
        if (isFolder)
          this.#say('note', `compared with the folder ${actual.path} that replaces it, which nothing proves`, about);
        else this.#tellProof(actual, content.proof);
        this.#expect(module, actual, folders, content);
        this.#compareGoVersion(module, content, vendored);
      };
    } catch (error) {
      if (error instanceof TsgogetError && error.code === 'interrupted') throw error;
      return () => {
        this.#unread.add(module.path);
        if (this.#isOutOfReach(actual, error)) {
          this.#say(
            'note',
            `its vendored files were skipped: GOPRIVATE or GONOSUMDB matches it, and ${messageOf(error)}`,
            about,
          );
          return;
        }
        const hashes = error instanceof ChecksumMismatchError ? { want: error.want, got: error.got } : {};
        const message = `cannot be compared with its vendored files: ${messageOf(error)}`;
        this.#say(isSecurity(error) ? 'refuted' : 'unchecked', message, { ...about, ...hashes });
      };
    } finally {
      this.#options.onDone?.();
    }
  }

  /** Private by the user's own settings, and served by no proxy: there is no zip here, today or later. */
  #isOutOfReach({ path }: ModuleVersion, error: unknown): boolean {
    const { sumdb } = this.#session.fetcher.options;
    const isUnsupported = error instanceof TsgogetError && error.code === 'unsupported';
    return (isUnsupported || hasNoOrigin(error)) && sumdb.decide(path) === 'private';
  }

  /** Says where only the proxy's word stands behind a zip. */
  #tellProof(actual: ModuleVersion, proof: Proof | undefined): void {
    if (proof?.by !== 'private' && proof?.by !== 'off') return;
    const why = proof.by === 'off' ? 'GOSUMDB=off' : 'GONOSUMDB or GOPRIVATE matches it';
    this.#say('note', `its zip is not in go.sum, and ${why}: nothing proves it`, {
      path: actual.path,
      version: actual.version,
    });
  }

  #expect(module: ModuleVersion, actual: ModuleVersion, folders: ReadonlySet<string>, content: ModuleContent): void {
    const sources = new Map(Array.from(content.files, ([name, file]) => [name, file.source]));
    const { kinds, doubt } = vendoredFiles([...folders], sources, this.#session.main.goVersion);
    if (doubt !== undefined) {
      const message = `whether all that it embeds is vendored is not known: ${doubt}`;
      this.#say('unchecked', message, { path: module.path, version: module.version });
    }
    const withGo = new Set(
      Array.from(content.files.keys(), (name) => (name.endsWith('.go') ? folderOf(name) : undefined)),
    );
    for (const folder of folders) {
      if (withGo.has(folder)) continue;
      const pkg = folder === '' ? module.path : `${module.path}/${folder}`;
      const message = `vendor/modules.txt lists package ${pkg}, which ${nameOf(actual)} does not have`;
      this.#say('refuted', message, { file: this.#nameOf('modules.txt'), path: module.path, version: module.version });
    }
    for (const [name, { bytes, sha256, lfSha256 }] of content.files) {
      const place = `${module.path}/${name}`;
      const kind = kinds.get(name) ?? 'other';
      if (kind === 'other' && this.#isOfAnother(place, module.path)) continue;
      const list = this.#expected.get(place) ?? [];
      if (list.length === 0) this.#expected.set(place, list);
      list.push({ bytes, sha256, lfSha256, module: actual, kind });
    }
  }

  /** A module further down the path is listed: what is not copied there would get into its packages, or what they embed. */
  #isOfAnother(place: string, path: string): boolean {
    for (let at = folderOf(place); at.length > path.length; at = folderOf(at)) if (this.#paths.has(at)) return true;
    return false;
  }

  /** A go version in modules.txt decides what the vendored code means, and the go command believes it. */
  #compareGoVersion(module: ModuleVersion, { goMod }: ModuleContent, vendored: ModulesTxt): void {
    const said = vendored.meta.get(keyOf(module))?.goVersion ?? '';
    const isWritten = compareGo(this.#session.main.goVersion, '1.17') >= 0;
    const own = goMod === undefined ? '' : goModLookup(goMod, 'go');
    if (said === own || (said === '' && !isWritten)) return;
    const message = `vendor/modules.txt says ${said === '' ? 'no go version' : `go ${said}`}, its go.mod ${own === '' ? 'none' : `go ${own}`}`;
    const { path, version } = module;
    this.#say('refuted', message, { file: this.#nameOf('modules.txt'), path, version, want: own, got: said });
  }

  async #compareFiles(): Promise<void> {
    const { vendorDir } = this.#checkout;
    const expected = { files: this.#expected, modules: this.#named, unread: this.#unread };
    const { checked, problems } = await compareVendorFolder(vendorDir, expected, this.#options.signal);
    this.checked = checked;
    for (const { weight, message, name, module } of problems) {
      const about = module && { path: module.path, version: module.version };
      this.#say(weight, message, { file: this.#nameOf(name), ...about });
    }
  }
}

/** The site has answered, and names no origin. A site that cannot be reached, or fails, has said nothing. */
function hasNoOrigin(error: unknown): boolean {
  let isNoOrigin = false;
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof NoOriginError) isNoOrigin = true;
    else if (isNoOrigin && !(e instanceof TsgogetError && ['failed', 'not-found'].includes(e.code))) return false;
  }
  return isNoOrigin;
}
