/**
 * What `verify` says: for every line of go.sum what was proven of it, and for every claim around it what speaks against it.
 * One report serves the text, the JSON document, the annotations and the exit code.
 */
import { flatten, isSecurity, messageOf, TsgogetError } from '../errors.js';

/** What is known of one line of go.sum or go.work.sum. */
export type LineStatus =
  /** The log has exactly this line. */
  | { readonly status: 'proven'; readonly record: number; readonly treeSize: number; readonly remembered: boolean }
  /** The log has another hash, or the record is there and does not have the line. */
  | { readonly status: 'differs'; readonly want: string; readonly got: string; readonly from: string }
  /** The database says that it has no such record. It cannot prove that, and a retry may change it. */
  | { readonly status: 'not-in-log'; readonly reason: string; readonly hint?: string | undefined }
  /** By the user's own settings: `reason` names the variable and its pattern. */
  | { readonly status: 'skipped'; readonly reason: string }
  /** An outage, or a line that says nothing that could be checked. */
  | { readonly status: 'not-checked'; readonly reason: string; readonly hint?: string | undefined }
  /** The log itself cannot be believed: a bad signature, a bad proof, a fork. */
  | { readonly status: 'refuted'; readonly reason: string; readonly hint?: string | undefined };

/** A line of a sum file, and what is known of it. */
export interface SumLineReport {
  /** The file as the user would name it: relative to the working folder where it is below it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly path: string;
  /** With '/go.mod' behind it when the hash is that of the go.mod file alone. */
  readonly version: string;
  readonly hash: string;
  readonly result: LineStatus;
}

/** How much a finding weighs: 'refuted' exits with 3, 'unchecked' with 1; a 'note' does not change the verdict. */
export type Weight = 'refuted' | 'unchecked' | 'note';

/** Something to say about a claim. A claim that holds has no findings but notes. */
export interface Finding {
  /** The claim, as its file is named: 'cache-matches-go-sum'. */
  readonly claim: string;
  readonly weight: Weight;
  /** One sentence; text from outside in it is not cleaned yet. */
  readonly message: string;
  /** Where a person should look, relative as in SumLineReport. */
  readonly file?: string;
  readonly line?: number;
  /** The module that it is about. */
  readonly path?: string;
  readonly version?: string;
  readonly want?: string;
  readonly got?: string;
  /** What it has in common with other findings of its claim, and says all of them. */
  readonly cause?: string;
  /** What a person can do. */
  readonly hint?: string | undefined;
  /** Of a note that says how far the claim goes: in few words, to stand beside it where it holds. */
  readonly scope?: string;
}

/** A claim that was checked. */
export interface ClaimReport {
  readonly claim: string;
  /** How many things were looked at: lines, modules, files. */
  readonly checked: number;
  readonly findings: readonly Finding[];
}

/** A claim that could not be looked at, or was refuted on the way. Throws 'interrupted', and what is no error of ours. */
export function failedClaim(claim: string, error: unknown): ClaimReport {
  const findings = flatten(error).map((one): Finding => {
    if (!(one instanceof TsgogetError) || one.code === 'interrupted') throw one;
    return { claim, weight: isSecurity(one) ? 'refuted' : 'unchecked', message: messageOf(one) };
  });
  return { claim, checked: 0, findings };
}
