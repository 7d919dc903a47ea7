/** vendor/modules.txt, read and written: which modules and packages the vendor folder holds (go.dev/ref/mod#vendoring). */
import { goFields, trimGoSpace } from '../../encoding/go-space.js';
import { modCompare } from '../../gover/index.js';
import { isImportPath, keyOf, type ModuleVersion, semver } from '../../module/index.js';

/** A module's own line and those below it. */
export interface ModulesTxtEntry {
  /** Without a version where all versions are replaced. */
  readonly module: ModuleVersion;
  readonly replacement: ModuleVersion | undefined;
  /** Required by go.mod or go.work itself. */
  readonly explicit: boolean;
  /** Its go line; more than one only in a file that go did not write. */
  readonly goVersions: readonly string[];
  readonly packages: readonly string[];
}

export interface ModulesTxtContent {
  /** Written by `go work vendor`. */
  readonly isWorkspace: boolean;
  readonly entries: readonly ModulesTxtEntry[];
}

/** What the entries of one module say together. */
export interface VendoredModule {
  readonly replacement: ModuleVersion | undefined;
  readonly explicit: boolean;
  /** '' where it is not said. */
  readonly goVersion: string;
}

/** What was read: the entries in order of appearance, of which a module may have several, and look-ups in them. */
export interface ModulesTxt extends ModulesTxtContent {
  /** The modules that provide packages, in order of appearance. */
  readonly modules: readonly ModuleVersion[];
  /** path → version, of those modules */
  readonly versions: ReadonlyMap<string, string>;
  /** By module, where something is said of it. */
  readonly meta: ReadonlyMap<string, VendoredModule>;
  /** The module under which a package is listed; the last one where it is listed twice. */
  readonly packages: ReadonlyMap<string, ModuleVersion>;
}

const mark = '## ';
const annotations = (line: string) =>
  line.startsWith(mark) ? line.slice(mark.length).split(';').map(trimGoSpace) : [];

/** Parses modules.txt as go does: what it does not understand is passed over. */
export function parseModulesTxt(text: string): ModulesTxt {
  const lines = text.split('\n');
  const entries: (ModulesTxtEntry & { explicit: boolean; goVersions: string[]; packages: string[] })[] = [];
  let current: (typeof entries)[number] | undefined;
  for (const line of lines) {
    if (line.startsWith('# ')) {
      const words = goFields(line).slice(1);
      if (words.length < 2) continue;
      const about = parseModuleLine(words);
      current = about && { ...about, explicit: false, goVersions: [], packages: [] };
      if (current !== undefined) entries.push(current);
    } else if (current === undefined) {
    } else if (line.startsWith(mark)) {
      for (const annotation of annotations(line)) {
        if (annotation === 'explicit') current.explicit = true;
        if (annotation.startsWith('go ')) current.goVersions.push(annotation.slice('go '.length));
      }
    } else {
      const [pkg, ...more] = goFields(line);
      if (pkg !== undefined && more.length === 0 && isImportPath(pkg)) current.packages.push(pkg);
    }
  }
  return { isWorkspace: annotations(lines[0]!).includes('workspace'), entries, ...lookUps(entries) };
}

/** `path version`, `path version => replacement` or `path => replacement`; a replacement that is none is passed over. */
function parseModuleLine([path = '', second = '', ...rest]: readonly string[]):
  | Pick<ModulesTxtEntry, 'module' | 'replacement'>
  | undefined {
  const isOfAll = second === '=>';
  if (!isOfAll && !semver.isValid(second)) return undefined;
  const [to, version, ...more] = isOfAll ? rest : rest[0] === '=>' ? rest.slice(1) : [];
  const isReplaced = to !== undefined && more.length === 0 && (version === undefined || semver.isValid(version));
  return {
    module: { path, version: isOfAll ? '' : second },
    replacement: isReplaced ? { path: to, version: version ?? '' } : undefined,
  };
}

function lookUps(entries: readonly ModulesTxtEntry[]): Omit<ModulesTxt, keyof ModulesTxtContent> {
  const modules: ModuleVersion[] = [];
  const versions = new Map<string, string>();
  const meta = new Map<string, VendoredModule>();
  const packages = new Map<string, ModuleVersion>();
  for (const { module, replacement, explicit, goVersions, packages: own } of entries) {
    if (explicit || replacement !== undefined || goVersions.length > 0) {
      const before = meta.get(keyOf(module));
      meta.set(keyOf(module), {
        replacement: replacement ?? before?.replacement,
        explicit: explicit || (before?.explicit ?? false),
        goVersion: goVersions.at(-1) ?? before?.goVersion ?? '',
      });
    }
    for (const pkg of own) packages.set(pkg, module);
    const known = versions.get(module.path);
    if (own.length === 0 || (known !== undefined && modCompare(module.path, known, module.version) >= 0)) continue;
    modules.push(module);
    versions.set(module.path, module.version);
  }
  return { modules, versions, meta, packages };
}

/** The text of modules.txt; '' for nothing. */
export function formatModulesTxt({ isWorkspace, entries }: ModulesTxtContent): string {
  const lines = isWorkspace ? [`${mark}workspace`] : [];
  for (const { module, replacement, explicit, goVersions, packages } of entries) {
    lines.push(`# ${wordsOf(module)}${replacement === undefined ? '' : ` => ${wordsOf(replacement)}`}`);
    const said = [...(explicit ? ['explicit'] : []), ...goVersions.map((version) => `go ${version}`)];
    if (said.length > 0) lines.push(`${mark}${said.join('; ')}`);
    lines.push(...packages);
  }
  return lines.map((line) => `${line}\n`).join('');
}

const wordsOf = ({ path, version }: ModuleVersion) => (version === '' ? path : `${path} ${version}`);
