/**
 * Whether an older Go release, which prunes the graph differently, would load every package from the same module
 * (go.dev/ref/mod#graph-pruning). It looks at the packages anew, so that the zips and sums that it takes are here too.
 */
import { causeOf, messageOf, TsgogetError } from '../../errors.js';
import { hasRule, prevGo } from '../../gover/index.js';
import { type ModuleVersion, nameOf, sameModule } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { ImportMissingError } from './import-errors.js';
import { importFromModules } from './import-package.js';
import { type LoadedPackage, stackText } from './loaded-package.js';
import type { Loading } from './loading.js';

interface Mismatch {
  readonly package: LoadedPackage;
  /** What the older release would take it from. */
  readonly module: ModuleVersion | undefined;
  readonly error: unknown;
}

interface Advice {
  upgrade: boolean;
  leaveUnresolved: boolean;
}

/** Reports each package that Go `compatVersion`, which reads `rs`, would not load from the same module; then throws, unless errors are allowed. */
export async function checkTidyCompatibility(loading: Loading, rs: Requirements, compatVersion: string): Promise<void> {
  const advice: Advice = { upgrade: false, leaveUnresolved: false };
  const graph = await rs.graph();
  const fail = (message: string, cause?: unknown) => loading.report(new TsgogetError('build-list', message, { cause }));
  if (graph.error !== undefined) {
    fail(`error loading go ${compatVersion} module graph: ${messageOf(graph.error)}`, graph.error);
    advise(loading, rs, compatVersion, advice);
    return;
  }
  const mismatches = await findMismatches(loading, rs, graph);
  if (mismatches.length === 0) {
    for (const m of loading.requirements.roots) {
      const selected = graph.selected(m.path);
      if (selected === m.version) continue;
      throw new Error(
        `failed to diagnose selected-version mismatch for module ${m.path}: go ${rs.goVersion} selects ${m.version}, but go ${compatVersion} selects ${selected}`,
      );
    }
    return;
  }
  for (const { package: p, module, error } of mismatches) {
    const own = p.module === undefined ? '' : nameOf(p.module);
    if (error !== undefined) {
      const isMissing = causeOf(error, ImportMissingError) !== undefined;
      const path = p.module?.path ?? '';
      const where = isMissing ? ` in ${nameOf({ path, version: graph.selected(path) })}` : `:\n\t${messageOf(error)}`;
      fail(`${stackText(p)} loaded from ${own},\n\tbut go ${compatVersion} would fail to locate it${where}`, error);
      advice.leaveUnresolved = true;
      // an older release refuses a go.mod with a root that is not at its selected version, whatever is loaded
      advice.upgrade ||= loading.requirements.roots.some((m) => graph.selected(m.path) !== m.version);
    } else if (p.error !== undefined) {
      const other = module === undefined ? '' : nameOf(module);
      fail(`${p.path} failed to load from any module,\n\tbut go ${compatVersion} would load it from ${other}`);
      advice.upgrade = true;
    } else {
      fail(`${stackText(p)} loaded from ${own},\n\tbut go ${compatVersion} would select ${module?.version ?? ''}\n`);
      advice.upgrade = true;
    }
  }
  advise(loading, rs, compatVersion, advice);
}

async function findMismatches(loading: Loading, rs: Requirements, graph: ModuleGraph): Promise<Mismatch[]> {
  const { skipModFiles } = loading;
  const found = await Promise.all(
    loading.packages.map(async (p): Promise<Mismatch | undefined> => {
      // a test stands in the folder of its package; the standard library is the same whatever the graph
      if (p.testOf !== undefined || (p.module === undefined && p.error === undefined)) return undefined;
      let module: ModuleVersion | undefined;
      let error: unknown;
      try {
        ({ module } = await importFromModules(rs, p.path, { graph, skipModFile: skipModFiles }));
      } catch (e) {
        error = e;
      }
      const isSame =
        module === undefined || p.module === undefined ? module === p.module : sameModule(module, p.module);
      return isSame ? undefined : { package: p, module, error };
    }),
  );
  return found.filter((m) => m !== undefined);
}

/** Throws the reported errors, with what a person can do about them after them. */
function advise(loading: Loading, rs: Requirements, compat: string, { upgrade, leaveUnresolved }: Advice): void {
  if (loading.options.allowErrors) return;
  const { goVersion } = rs;
  const goFlag = goVersion === loading.session.main.goVersion ? '' : ` -go=${goVersion}`;
  const compatFlag = compat === prevGo(goVersion) ? '' : ` -compat=${compat}`;
  const lines: string[] = [];
  if (upgrade) {
    const [unresolved, e] = leaveUnresolved ? [', leaving some packages unresolved', ' -e'] : ['', ''];
    lines.push(
      `To upgrade to the versions selected by go ${compat}${unresolved}:`,
      `\tgo mod tidy${e} -go=${compat} && go mod tidy${e} -go=${goVersion}${compatFlag}`,
    );
  } else if (leaveUnresolved) {
    lines.push(`To proceed despite packages unresolved in go ${compat}:`, `\tgo mod tidy -e${goFlag}${compatFlag}`);
  }
  lines.push(
    `If reproducibility with go ${compat} is not needed:`,
    `\tgo mod tidy${goFlag} -compat=${goVersion}`,
    ...(hasRule(loading.session.goVersion, 'tidy-pruning-link')
      ? ["For information about 'go mod tidy' compatibility, see:", '\thttps://go.dev/ref/mod#graph-pruning']
      : ['For other options, see:', '\thttps://golang.org/doc/modules/pruning']),
  );
  loading.report(new TsgogetError('build-list', `\n${lines.join('\n')}`, { bare: true }));
  loading.throwErrors();
}
