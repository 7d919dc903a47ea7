/**
 * Claim: vendor/ holds, file by file, what the proven zips of the modules in modules.txt hold, as `go mod vendor` copies it; so the
 * code that is built is the code that go.sum vouches for. A file that no zip explains is refuted, wherever it lies.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLimit } from '../async/limit.js';
import { compareBytes } from '../encoding/compare-bytes.js';
import { sha256Hex } from '../encoding/sha256.js';
import { ChecksumMismatchError, isSecurity, messageOf, TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';
import { NoOriginError } from '../goproxy/index.js';
import { compareGo, goModLookup } from '../gover/index.js';
import type { Proof } from '../modfetch/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../module/index.js';
import type { Session, Vendored } from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Checkout } from './checkout.js';
import {
  folderOf,
  hashFile,
  lfSha256,
  type ModuleContent,
  readProvenZip,
  readReplacingFolder,
} from './module-content.js';
import { readModulesTxt } from './modules-txt-agrees-with-go-mod.js';
import type { ClaimReport, Finding, Weight } from './report.js';
import { vendoredFiles } from './vendored-files.js';

const claim = 'vendor-matches-zips';

/** Modules, and files, that are read at a time. */
const width = 4;
/** Larger files are not looked at for line ends. */
const maxTextBytes = 16 * 2 ** 20;

export interface VendorCheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each module. */
  readonly onDone?: (() => void) | undefined;
}

/** What may lie at a place of the vendor folder. */
interface Expected {
  readonly bytes: number;
  readonly sha256: string;
  readonly lfSha256: string | undefined;
  readonly module: ModuleVersion;
  /** 'other': `go mod vendor` does not copy it. */
  readonly kind: 'copied' | 'kept' | 'other';
}

/** A module of modules.txt that lists packages. */
interface Listed {
  readonly module: ModuleVersion;
  /** Folders of its packages, from its root. */
  readonly folders: Set<string>;
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
  readonly #expected = new Map<string, Expected[]>();
  /** Paths of the modules of modules.txt. */
  readonly #paths = new Set<string>();
  /** Folders of the vendor folder that cannot be read: what is missing there is not known. */
  readonly #closed: string[] = [];
  /** Paths of modules whose content could not be read: what lies below is neither proven nor refuted. */
  readonly #unread: string[] = [];

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
    const limit = createLimit(width);
    const listed = vendored === undefined ? [] : this.#listedModules(vendored);
    for (const { module } of listed) {
      this.#paths.add(module.path);
      this.#prefetch(module);
    }
    const told = await Promise.all(listed.map((l) => limit(() => this.#readModule(l, vendored!))));
    for (const tell of told) tell();
    await this.#compareFiles(limit);
  }

  /** The modules with packages, and what modules.txt says that cannot be. */
  #listedModules(vendored: Vendored): Listed[] {
    const file = this.#nameOf('modules.txt');
    const listed = new Map<string, Listed>();
    const versions = new Map<string, string>();
    const seen = new Set<string>();
    for (const [pkg, module] of vendored.packages) {
      const { path, version } = module;
      const refute = (message: string) => this.#say('refuted', message, { file, path, version });
      if (seen.has(pkg)) refute(`vendor/modules.txt lists package ${pkg} twice`);
      seen.add(pkg);
      if (pkg !== path && !pkg.startsWith(`${path}/`)) {
        refute(`vendor/modules.txt lists package ${pkg} under ${nameOf(module)}, which cannot provide it`);
        continue;
      }
      if (version === '' && this.#session.main.replacement(module) === undefined) {
        refute(
          `vendor/modules.txt lists package ${pkg} under ${path}, which nothing replaces and which has no version`,
        );
        continue;
      }
      if (this.#session.main.contains(path)) {
        refute(`vendor/modules.txt lists package ${pkg} of ${path}, which is a main module`);
        continue;
      }
      const known = versions.get(path);
      if (known === undefined) versions.set(path, version);
      else if (known !== version) refute(`vendor/modules.txt lists packages of two versions: ${known} and ${version}`);
      const entry = listed.get(keyOf(module)) ?? { module, folders: new Set<string>() };
      listed.set(keyOf(module), entry);
      entry.folders.add(pkg.slice(path.length + 1));
    }
    return [...listed.values()];
  }

  /** Asks for a zip at once: the fetcher bounds what is under way. A failure shows when the zip is read. */
  #prefetch(module: ModuleVersion): void {
    const actual = this.#session.main.resolve(module);
    if (actual.version !== '') this.#session.fetcher.zip(actual).catch(() => {});
  }

  /** Reads a module. The result adds what it should have left in the vendor folder: in the order of modules.txt. */
  async #readModule({ module, folders }: Listed, vendored: Vendored): Promise<() => void> {
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
        this.#unread.push(module.path);
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
    const copied = vendoredFiles([...folders], sources, this.#session.main.goVersion);
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
      const kind = copied.get(name) ?? 'other';
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
  #compareGoVersion(module: ModuleVersion, { goMod }: ModuleContent, vendored: Vendored): void {
    const said = vendored.meta.get(keyOf(module))?.goVersion ?? '';
    const isWritten = compareGo(this.#session.main.goVersion, '1.17') >= 0;
    const own = goMod === undefined ? '' : goModLookup(goMod, 'go');
    if (said === own || (said === '' && !isWritten)) return;
    const message = `vendor/modules.txt says ${said === '' ? 'no go version' : `go ${said}`}, its go.mod ${own === '' ? 'none' : `go ${own}`}`;
    const { path, version } = module;
    this.#say('refuted', message, { file: this.#nameOf('modules.txt'), path, version, want: own, got: said });
  }

  async #compareFiles(limit: ReturnType<typeof createLimit>): Promise<void> {
    const problems: Finding[] = [];
    const say = (weight: Weight, message: string, name: string, module?: ModuleVersion) =>
      problems.push({
        claim,
        weight,
        message,
        file: this.#nameOf(name),
        ...(module && { path: module.path, version: module.version }),
      });
    const present = new Set<string>();
    const waiting: Promise<void>[] = [];
    await this.#walk(
      '',
      async (name, entry) => {
        present.add(name);
        this.checked++;
        const expected = this.#expected.get(name) ?? [];
        if (name === 'modules.txt' && entry.isFile()) return;
        if (!entry.isFile())
          say('refuted', `is ${entry.isSymbolicLink() ? 'a symbolic link' : 'no regular file'}`, name);
        else if (expected.length > 0) {
          const compared = limit(() => this.#compareFile(name, expected, say));
          compared.catch(() => {}); // an interruption, which is waited for below
          waiting.push(compared);
        } else if (this.#unread.some((path) => name.startsWith(`${path}/`))) this.checked--;
        else say('refuted', 'is in no zip of a module that vendor/modules.txt lists', name);
        if (waiting.length >= 256) await Promise.all(waiting.splice(0));
      },
      say,
    );
    await Promise.all(waiting);
    for (const [name, expected] of this.#expected) {
      const copied = expected.find((e) => e.kind === 'copied');
      const isClosed = this.#closed.some((at) => at === '' || name.startsWith(`${at}/`));
      if (copied !== undefined && !present.has(name) && !isClosed)
        say('refuted', `is missing: ${nameOf(copied.module)} has it`, name, copied.module);
    }
    this.#tellFiles(problems);
  }

  async #compareFile(
    name: string,
    expected: readonly Expected[],
    say: (weight: Weight, message: string, name: string, module?: ModuleVersion) => void,
  ): Promise<void> {
    this.#throwIfAborted();
    const file = join(this.#checkout.vendorDir, name);
    try {
      const { size } = await lstat(file);
      const sha256 = expected.some((e) => e.bytes === size) ? await hashFile(file) : '';
      // where a module has a file to copy, what another one has there explains nothing
      const copied = expected.filter((e) => e.kind !== 'other');
      const same = (copied.length > 0 ? copied : expected).find((e) => e.sha256 === sha256);
      if (same !== undefined) {
        const words = `is as ${nameOf(same.module)} has it, but go mod vendor does not copy it`;
        if (same.kind === 'other') say('note', words, name, same.module);
        return;
      }
      const { module } = copied[0] ?? expected[0]!;
      const text = size > maxTextBytes ? undefined : readExistingFile(file, maxTextBytes);
      const lf = text === undefined ? undefined : (lfSha256(text) ?? sha256Hex(text));
      const isLineEnds = expected.some((e) => lf !== undefined && (e.lfSha256 ?? e.sha256) === lf);
      const what = isLineEnds
        ? 'in its line ends alone (git changes them unless .gitattributes says: vendor/** -text)'
        : 'from its zip';
      say('refuted', `differs ${what}: it is not what ${nameOf(module)} has`, name, module);
    } catch (error) {
      if (error instanceof TsgogetError && error.code === 'interrupted') throw error;
      say('unchecked', messageOf(error), name);
    }
  }

  /** Adds the findings about files: by weight, then by name. */
  #tellFiles(problems: readonly Finding[]): void {
    for (const weight of ['refuted', 'unchecked', 'note'] as const) {
      const some = problems.filter((p) => p.weight === weight).sort((a, b) => compareBytes(a.file!, b.file!));
      for (const problem of some) this.findings.push(problem);
    }
  }

  /** Every file below a folder of vendor/, and whatever else is no folder; links are not followed. */
  async #walk(
    folder: string,
    visit: (name: string, entry: Dirent) => Promise<void>,
    say: (weight: Weight, message: string, name: string) => void,
  ): Promise<void> {
    const waiting = [folder];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      this.#throwIfAborted();
      let entries: Dirent[];
      try {
        entries = await readdir(join(this.#checkout.vendorDir, at), { withFileTypes: true });
      } catch (error) {
        // a name that is not UTF-8 cannot be opened again by its name, and can be in no zip
        say(at.includes('\ufffd') ? 'refuted' : 'unchecked', `cannot be read: ${messageOf(error)}`, at);
        this.#closed.push(at);
        continue;
      }
      for (const entry of entries) {
        const name = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) waiting.push(name);
        else await visit(name, entry);
      }
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
