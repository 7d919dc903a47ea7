/** A resolved graph as `resolve` reports it: each selected module, who asked for it, and how its go.mod was proven. */
import { isToolchainModule } from '../../gover/index.js';
import type { Proof } from '../../modfetch/index.js';
import { keyOf, type ModuleVersion, nameOf } from '../../module/index.js';
import type { ModuleGraph } from '../graph/module-graph.js';
import type { Requirements } from '../graph/requirements.js';
import { noModulePath } from '../session/main-modules.js';

/** How a go.mod was proven; `main` and `folder` are the user's own files. */
export type ResolvedProof = Proof | { readonly by: 'main' | 'folder' };

export interface ResolvedModule {
  readonly path: string;
  /** '' for a main module. */
  readonly version: string;
  readonly replace: ModuleVersion | undefined;
  /** The modules that require exactly the selected version, nearest to the main module first. Empty: asked for on the command line. */
  readonly askedBy: readonly ModuleVersion[];
  readonly isDirect: boolean;
  readonly proof: ResolvedProof;
  /** How the zip was proven, when it was downloaded. */
  readonly zipProof: Proof | undefined;
}

export interface Resolution {
  readonly modules: readonly ResolvedModule[];
  readonly graph: ModuleGraph;
}

/** `resolve --json`: the published form of a resolution (schemas/resolve.schema.json). */
export interface ResolveDocument {
  readonly Modules: readonly ResolveDocumentModule[];
  readonly Totals: ResolveTotals;
}

export interface ResolveDocumentModule {
  readonly Path: string;
  /** Absent for a main module. */
  readonly Version?: string | undefined;
  readonly Main?: true | undefined;
  /** What stands for the module; a folder has no version. */
  readonly Replace?: { readonly Path: string; readonly Version?: string | undefined } | undefined;
  readonly Indirect?: true | undefined;
  /** `path@version`, or the path of a main module; nearest to the main module first. Empty: asked for on the command line. */
  readonly AskedBy: readonly string[];
  readonly GoModProof: ProofDocument;
  /** Only where zips were downloaded. */
  readonly ZipProof?: ProofDocument | undefined;
}

/** `Record` and `TreeSize` are those of the checksum database, where it is what proves. */
export interface ProofDocument {
  readonly By: ResolvedProof['by'];
  readonly Record?: number | undefined;
  readonly TreeSize?: number | undefined;
}

/** What a run took. */
export interface ResolveTotals {
  /** Without main modules. */
  readonly Modules: number;
  readonly GoModFiles: number;
  /** Zips that were proven. */
  readonly Zips: number;
  readonly Requests: number;
  /** Received. */
  readonly Bytes: number;
  /** Of wall time. */
  readonly Milliseconds: number;
}

/** The document; its members have the order in which they are printed. */
export function resolveDocument({ modules }: Resolution, totals: ResolveTotals): ResolveDocument {
  return { Modules: modules.map(documentOf), Totals: totals };
}

function documentOf(m: ResolvedModule): ResolveDocumentModule {
  const isMain = m.version === '';
  return {
    Path: m.path,
    Version: isMain ? undefined : m.version,
    Main: isMain ? true : undefined,
    Replace: m.replace && { Path: m.replace.path, Version: m.replace.version || undefined },
    Indirect: isMain || m.isDirect ? undefined : true,
    AskedBy: m.askedBy.map(nameOf),
    GoModProof: proofDocument(m.proof),
    ZipProof: m.zipProof && proofDocument(m.zipProof),
  };
}

function proofDocument(proof: ResolvedProof): ProofDocument {
  return proof.by === 'sumdb' ? { By: proof.by, Record: proof.record, TreeSize: proof.treeSize } : { By: proof.by };
}

/** Proves the go.mod of every module in the build list, and with `download` its zip; everything at once. */
export async function resolveBuildList(rs: Requirements, graph: ModuleGraph, download: boolean): Promise<Resolution> {
  const askedBy = requirers(graph);
  const listed = graph.buildList.filter((m) => m.path !== noModulePath && !isToolchainModule(m.path));
  const modules = await Promise.all(listed.map((m) => resolveModule(rs, m, askedBy.get(keyOf(m)) ?? [], download)));
  return { modules, graph };
}

async function resolveModule(
  rs: Requirements,
  m: ModuleVersion,
  askedBy: readonly ModuleVersion[],
  download: boolean,
): Promise<ResolvedModule> {
  const { session } = rs;
  const replace = session.main.replacement(m);
  const actual = replace ?? m;
  const base = { ...m, replace, askedBy, isDirect: rs.direct.has(m.path), zipProof: undefined };
  if (m.version === '') return { ...base, proof: { by: 'main' } };
  if (actual.version === '') return { ...base, proof: { by: 'folder' } };
  const { fetcher } = session;
  const folder = download ? fetcher.folder(actual) : undefined;
  folder?.catch(() => {});
  const { proof } = await fetcher.goMod(actual.path, actual.version);
  return { ...base, proof, zipProof: (await folder)?.proof };
}

/** For each selected version the modules that name it, in breadth-first order. */
function requirers(graph: ModuleGraph): Map<string, ModuleVersion[]> {
  const out = new Map<string, ModuleVersion[]>();
  graph.walkBreadthFirst((m) => {
    for (const r of graph.requiredBy(m) ?? []) {
      if (graph.selected(r.path) !== r.version || m.path === noModulePath) continue;
      const list = out.get(keyOf(r));
      if (list === undefined) out.set(keyOf(r), [m]);
      else list.push(m);
    }
  });
  return out;
}
