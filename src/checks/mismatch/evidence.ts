/** What speaks for a judgement, besides what each source says: how copies differ, and which are cut off. Plain data. */
import type { ModuleVersion } from '../../module/index.js';
import type { CopyDifference } from './file-differences.js';
import type { Judgement } from './mismatch-class.js';
import type { ComparedHashes, Source } from './sources.js';

/** Two copies, named by the first source that has each. */
export interface Difference extends ComparedHashes, CopyDifference {
  readonly baseName: string;
  readonly otherName: string;
}

/** A broken zip that is the beginning of a whole one: cut off, without doubt. */
export interface Beginning {
  readonly of: string;
  readonly name: string;
  readonly bytes: number;
  readonly wholeBytes: number;
}

export interface Evidence extends Judgement {
  readonly module: ModuleVersion;
  readonly sources: readonly Source[];
  readonly differences: readonly Difference[];
  readonly beginnings: readonly Beginning[];
}
