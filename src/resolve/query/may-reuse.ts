/**
 * Whether the answer of an earlier run to a query still stands (`-reuse`). What a repository says of itself (`Origin`) is compared with what
 * it says now; a proxy cannot be asked that (go.dev/ref/mod#go-mod-download).
 */
import type { Origin, VersionRepo } from '../../modfetch/index.js';
import { canonicalVersion } from '../../module/index.js';

/** An earlier answer, and where it came from. */
export interface EarlierAnswer {
  readonly Version?: string;
  readonly Time?: string;
  readonly Origin?: Origin;
}

/** Earlier answers by the key of the module version, or of the path and the query. */
export type Reuse = ReadonlyMap<string, EarlierAnswer>;

/**
 * Reports whether an earlier answer to a query still stands: its origin must name all that the answer depends on, and the
 * repository must confirm it. The name of a version needs little, a branch or commit (`isRevision`) its hash and the tags around
 * it, a query such as `latest` all tags.
 */
export async function mayReuse(
  repo: VersionRepo,
  { query, isRevision }: { readonly query: string; readonly isRevision: boolean },
  origin: Origin | undefined,
): Promise<boolean> {
  if (repo.checkReuse === undefined || origin === undefined || !saysEnough(query, isRevision, origin)) return false;
  try {
    await repo.checkReuse(origin);
    return true;
  } catch {
    return false;
  }
}

function saysEnough(query: string, isRevision: boolean, { RepoSum, Hash, Ref, TagSum }: Origin): boolean {
  if (RepoSum) return true;
  if (query === canonicalVersion(query)) return Boolean(Hash || Ref || TagSum);
  return Boolean(TagSum && (!isRevision || Hash || Ref));
}
