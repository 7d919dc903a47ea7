/** What explain-mismatch knows of a module version: what each source says of its go.mod file and of its zip. Plain data. */
import { ModuleError, messageOf } from '../../errors.js';
import type { Origin } from '../../modfetch/index.js';

export const parts = ['goMod', 'zip'] as const;
export type Part = (typeof parts)[number];
export const partNames = { goMod: 'go.mod', zip: 'zip' } as const;

export type Said =
  /** It has these h1: hashes: a copy has one, a record may have several. */
  | {
      readonly state: 'has';
      readonly hashes: readonly string[];
      /** Of a copy: the hash that it has with LF for every CRLF. */
      readonly lfHash?: string | undefined;
      /** Of a copy: which rule of modules it breaks. */
      readonly fault?: string | undefined;
      /** Of a copy: the size of the file. */
      readonly bytes?: number | undefined;
    }
  /** It was asked, and has nothing. */
  | { readonly state: 'absent'; readonly reason: string }
  /** It has bytes that no hash can be made of. `cutOff`: as an interrupted or damaged transfer leaves them. */
  | { readonly state: 'broken'; readonly reason: string; readonly cutOff: boolean; readonly bytes: number }
  /** The log cannot be believed. `fork`: it has signed two histories; `hint` says where the evidence is. */
  | {
      readonly state: 'refuted';
      readonly reason: string;
      readonly fork: boolean;
      readonly hint?: string | undefined;
    }
  /** By the user's own settings. */
  | { readonly state: 'not-asked'; readonly reason: string }
  /** It could not be asked: an outage, or the disk. */
  | { readonly state: 'failed'; readonly reason: string };

export interface Source {
  readonly kind: 'log' | 'sum-file' | 'proxy' | 'cache';
  /** As the user would name it; URLs without credentials. From outside, not cleaned. */
  readonly name: string;
  readonly goMod: Said;
  readonly zip: Said;
  /** Of a proxy: what its .info file says, which nobody proves. */
  readonly info?: { readonly time?: string | undefined; readonly origin?: Origin | undefined } | undefined;
  /** Of a proxy: why its .info file could not be read. */
  readonly infoProblem?: string | undefined;
  /** Of the log. */
  readonly record?: { readonly id: number; readonly treeSize: number } | undefined;
}

/** The hashes that a source has. */
export const hashesOf = (source: Source, part: Part): readonly string[] => {
  const said = source[part];
  return said.state === 'has' ? said.hashes : [];
};

/** How two copies differ: in nothing but line endings; also in what archiving writes into files; in their content. */
export type DifferenceKind = 'line-endings' | 'export-subst' | 'content';

/** Two copies that were compared. */
export interface ComparedHashes {
  readonly part: Part;
  /** The hash that the other is held against, see `baseHash`. */
  readonly base: string;
  readonly other: string;
  readonly kind: DifferenceKind;
}

const maxReason = 300;

/** What an error says, in one line, without the module that every line is about. */
export function reasonOf(error: unknown): string {
  const text = (error instanceof ModuleError ? error.reason : messageOf(error)).replace(/\s+/g, ' ').trim();
  return text.length > maxReason ? `${text.slice(0, maxReason)}…` : text;
}

/** The answer of a source that could not be asked. */
export const failedBy = (error: unknown): Said => ({ state: 'failed', reason: reasonOf(error) });
