/** The module graph that a run is asked about: of the modules that are named, else of the main module. */
import { expandGraph, type ModuleGraph, type Requirements, readNamedModules, type Session } from '../resolve/index.js';
import { type Run, readerRights } from './run.js';

/** A graph that has been read, in its session. */
export interface KnownGraph {
  readonly session: Session;
  readonly rs: Requirements;
  readonly graph: ModuleGraph;
}

/** Works with the graph of `args` (`path@query`), or of the main module, which stays as it is. */
export function withGraph<T>(run: Run, args: readonly string[], work: (known: KnownGraph) => Promise<T>): Promise<T> {
  const isFresh = args.length > 0;
  run.onProgress?.({ phase: 'resolving' });
  return run.withSession(
    { rootMode: isFresh ? 'none' : 'required', rights: readerRights },
    async ({ session, requirements }) => {
      const read = await (isFresh ? readNamedModules(requirements, args) : expandGraph(requirements));
      run.onProgress?.({ modules: read.graph.buildList.length });
      return work({ session, ...read });
    },
  );
}
