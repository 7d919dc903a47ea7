/** Which Go release a run begins with: the one that GOTOOLCHAIN names, or a newer one that go.work or go.mod asks for. Asks nobody. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { compareGo, fromToolchain, goModLookup, goStrictVersion, hasRule, isLang } from '../gover/index.js';
import { findGoWork } from '../resolve/index.js';
import { SourceTree, shortPath } from '../sourcetree/index.js';

const invalid = (message: string) => new TsgogetError('invalid-setting', message);

interface ToolchainSetting {
  readonly least: string;
  /** 'auto', 'path', or '' for no other release than the least. */
  readonly mode: string;
}

/** GOTOOLCHAIN, where `local` is the release that `local` and `auto` stand for. */
export function readSetting(setting: string, local: string): ToolchainSetting {
  if (setting === '' || setting === 'auto' || setting === 'path') return { least: local, mode: setting };
  const plus = setting.indexOf('+');
  const name = plus < 0 ? setting : setting.slice(0, plus);
  const mode = plus < 0 ? '' : setting.slice(plus + 1);
  const least = name === 'local' ? local : fromToolchain(name);
  if (least === '') {
    const reason = plus < 0 ? '' : `: invalid minimum toolchain ${quoteGo(name)}`;
    throw invalid(`invalid GOTOOLCHAIN ${quoteGo(setting)}${reason}`);
  }
  if (plus >= 0 && mode !== 'auto' && mode !== 'path') {
    throw invalid(`invalid GOTOOLCHAIN ${quoteGo(setting)}: only version suffixes are +auto and +path`);
  }
  return { least, mode };
}

/** The release to begin with. Throws 'invalid-setting' for a GOTOOLCHAIN, or a toolchain line, that names none. */
export async function selectRelease(goEnv: GoEnv, cwd: string): Promise<string> {
  const isAuto = goEnv.GO111MODULE === 'auto';
  if (!isAuto && goEnv.GO111MODULE !== 'on' && goEnv.GO111MODULE !== '') return goEnv.goVersion;
  const place = { cwd, tree: await SourceTree.open({ cwd }), GOWORK: goEnv.GOWORK, GOROOT: goEnv.GOROOT };
  if (isAuto && !(await isModuleMode(place, goEnv.goVersion))) return goEnv.goVersion;
  const { least, mode } = readSetting(goEnv.GOTOOLCHAIN, goEnv.goVersion);
  if (mode === '') return least;
  const file = await readNearest(place);
  if (file === undefined) return least;
  const toolchain = goModLookup(file.data, 'toolchain');
  if (toolchain === 'default') return least;
  const suggested = toolchain === '' ? '' : fromToolchain(toolchain);
  if (toolchain !== '' && suggested === '') {
    throw invalid(`invalid toolchain ${quoteGo(toolchain)} in ${shortPath(file.path, cwd)}`);
  }
  const goVersion = goModLookup(file.data, 'go');
  const release = compareGo(suggested, least) > 0 ? suggested : least;
  if (compareGo(goVersion, release) <= 0) return release;
  return isLang(goVersion) && compareGo(goVersion, goStrictVersion) >= 0 ? `${goVersion}.0` : goVersion;
}

type Place = Parameters<typeof findGoWork>[0];

/** Reports whether GO111MODULE=auto means on here, as go sees it before it knows the command. */
async function isModuleMode(place: Place, goVersion: string): Promise<boolean> {
  if ((await findModuleRoot(place)) !== undefined) return true;
  return hasRule(goVersion, 'auto-mode-sees-go-work') && (await findGoWork(place)) !== undefined;
}

/** The folder of the nearest go.mod; one in the folder of temporary files, which anybody may have left there, is none. */
async function findModuleRoot({ tree, cwd }: Place): Promise<string | undefined> {
  const dir = await tree.findUp(cwd, 'go.mod');
  return dir === resolve(tmpdir()) ? undefined : dir;
}

/** The go.work in effect, else the nearest go.mod. */
export async function readNearest(place: Place): Promise<{ path: string; data: Uint8Array } | undefined> {
  const { tree } = place;
  const work = await findGoWork(place);
  if (work !== undefined) {
    const data = await tree.read(work);
    if (data !== undefined) return { path: work, data };
  }
  const dir = await findModuleRoot(place);
  if (dir === undefined) return undefined;
  const path = join(dir, 'go.mod');
  const data = await tree.read(path);
  return data && { path, data };
}
