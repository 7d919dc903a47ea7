/**
 * The virtual modules `go` and `toolchain`: their versions are those of golang.org/toolchain
 * and the release that is followed (go.dev/doc/toolchain#download).
 */
import { TsgogetError } from '../errors.js';
import { VersionList } from '../goproxy/index.js';
import { compareGo, isLang, isValidGo, modCompare } from '../gover/index.js';
import type { VersionRepo } from './cached-repo.js';
import type { VersionInfo } from './info-file.js';

/** The module whose zips are toolchains; always checked by the checksum database. */
export const toolchainModule = 'golang.org/toolchain';

/** 'v0.0.1-go1.21.0.linux-amd64' → '1.21.0'; undefined for any other form. */
function releaseOf(version: string): string | undefined {
  const dash = version.indexOf('-');
  if (dash < 0) return undefined;
  const name = version.slice(dash + 1);
  const dot = name.lastIndexOf('.');
  if (dot < 0 || !name.slice(dot + 1).includes('-')) return undefined;
  return name.slice(0, dot).replace(/^go/, '');
}

/** The repository of `go` or `toolchain`, over that of golang.org/toolchain. */
export class ToolchainRepo implements VersionRepo {
  readonly path: string;
  readonly #downloads: VersionRepo;
  readonly #local: string;

  constructor(path: 'go' | 'toolchain', downloads: VersionRepo, localGo: string) {
    this.path = path;
    this.#downloads = downloads;
    this.#local = localGo;
  }

  get #prefix(): string {
    return this.path === 'toolchain' ? 'go' : '';
  }

  async versions(_prefix: string): Promise<VersionList> {
    const found = Array.from(await this.#downloads.versions(''), (v) => releaseOf(v) ?? this.#local);
    return VersionList.of(Array.from(new Set([...found, this.#local]), (v) => this.#prefix + v));
  }

  async stat(rev: string): Promise<VersionInfo> {
    const v = rev.replace(/^go/, '');
    if (!isValidGo(v)) throw new TsgogetError('invalid-version', `invalid ${this.path} version ${rev}`);
    const version = this.#prefix + v;
    if (this.path === 'go' ? compareGo(v, this.#local) <= 0 : v === this.#local) return { version };
    if (isLang(v)) {
      throw new TsgogetError('invalid-version', `go language version ${rev} is not a toolchain version`);
    }
    const { time } = await this.#downloads.stat(`v0.0.1-go${v}.linux-amd64`);
    return { version, time };
  }

  async latest(): Promise<VersionInfo> {
    const versions = [...(await this.versions(''))];
    return this.stat(versions.reduce((a, b) => (modCompare(this.path, b, a) > 0 ? b : a)));
  }
}
