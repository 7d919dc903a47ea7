/** Where the work commands stand: their folder, its files through -overlay, and the settings that choose go.work. */
import type { WorkPlace } from '../resolve/index.js';
import { SourceTree } from '../sourcetree/index.js';
import type { CommandContext } from './command.js';

export async function openWorkPlace(context: CommandContext, overlay?: string): Promise<WorkPlace> {
  const { goEnv, signal, cwd } = context;
  const { GOWORK, GOROOT, GOTOOLCHAIN, goVersion } = goEnv;
  return { cwd, tree: await SourceTree.open({ cwd, overlay, signal }), GOWORK, GOROOT, GOTOOLCHAIN, goVersion };
}
