/** What `get` tells of the versions that it changed: of modules that were named, and of what go.mod requires. */
import { compareGo, explicitIndirectVersion, isToolchainModule, modCompare } from '../../gover/index.js';
import type { GoModFile } from '../../modfile/index.js';
import { type ModuleVersion, nameOf, sameModule } from '../../module/index.js';
import type { GetRun } from './get-run.js';

/** The versions of what a go.mod requires, its go and toolchain lines among them. */
export function requiredBy(file: GoModFile): ModuleVersion[] {
  const list = file.require.map(({ path, version }) => ({ path, version }));
  if (file.go !== undefined) list.push({ path: 'go', version: file.go.version });
  if (file.toolchain !== undefined) list.push({ path: 'toolchain', version: file.toolchain.name });
  return list;
}

interface Change {
  readonly path: string;
  /** '' where there was none. */
  readonly old: string;
  readonly now: string;
}

/** The changes, go and toolchain first, then by path. */
function changesOf(run: GetRun, before: readonly ModuleVersion[], after: readonly ModuleVersion[]): Change[] {
  const changes = new Map<string, Change>();
  const note = (path: string, old: string, now: string) => {
    if (old !== now) changes.set(path, { path, old, now });
  };
  const initial = (path: string) => run.initialVersion(path) ?? '';
  for (const [path, { version }] of run.settled) {
    const isNever = version === 'none' && initial(path) === '';
    if (!isToolchainModule(path) && !isNever) note(path, initial(path), version);
  }
  for (const m of before) if (!isToolchainModule(m.path)) note(m.path, m.version, run.currentVersion(m.path) ?? '');
  for (const m of after) if (!isToolchainModule(m.path)) note(m.path, initial(m.path), m.version);
  for (const path of ['go', 'toolchain']) {
    const find = (list: readonly ModuleVersion[]) => list.find((m) => m.path === path)?.version ?? '';
    note(path, find(before), find(after));
  }
  const rank = (path: string) => (path === 'go' ? 0 : path === 'toolchain' ? 1 : 2);
  return [...changes.values()].sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));
}

export function reportChanges(run: GetRun, before: readonly ModuleVersion[], after: readonly ModuleVersion[]): void {
  const { message, notice } = run.session.settings;
  for (const { path, old, now } of changesOf(run, before, after)) {
    if (old === '') message(`added ${path} ${now}`);
    else if (now === '' || now === 'none') message(`removed ${path} ${old}`);
    else if (modCompare(path, now, old) <= 0) message(`downgraded ${path} ${old} => ${now}`);
    else {
      message(`upgraded ${path} ${old} => ${now}`);
      const expands =
        path === 'go' && compareGo(old, explicitIndirectVersion) < 0 && compareGo(now, explicitIndirectVersion) >= 0;
      if (expands) {
        notice(
          `\tnote: expanded dependencies to upgrade to go ${explicitIndirectVersion} or higher; run 'go mod tidy' to clean up`,
        );
      }
    }
  }
}

/** Tells where a version was asked for by its module's name and a replacement stands over it. */
export function reportReplacements(run: GetRun): void {
  const { main, settings } = run.session;
  for (const [path, { version, by }] of run.settled) {
    const m = { path, version };
    const to = by.rawVersion === '' || version === 'none' ? undefined : main.replacement(m);
    if (to === undefined || sameModule(to, m)) continue;
    settings.message(`${nameOf(m)} is required, but the replacement by ${nameOf(to)} stands, and is what is used`);
  }
}
