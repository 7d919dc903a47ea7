/** What a check of module contents found: every file in one list, and the error that follows. The same rules serve as gate and as audit. */
import { TsgogetError } from '../errors.js';

/** Why a file is left out, or must not be there. */
export interface FileReason {
  readonly path: string;
  readonly reason: string;
}

export interface ZipReport {
  /** Files that are, or go, in the zip. */
  readonly valid: readonly string[];
  /** Files that do not belong in a module zip and are left out of one. */
  readonly omitted: readonly FileReason[];
  /** Files that no module zip may hold. */
  readonly invalid: readonly FileReason[];
  /** Set when the zip, or what is in it, is too large. */
  readonly sizeError: string | undefined;
  /** The error of a module that breaks a rule: 'too-large', or 'invalid-zip' with a line for each file; undefined when none does. */
  err(): TsgogetError | undefined;
}

const maxLines = 20;

export class ReportBuilder implements ZipReport {
  readonly valid: string[] = [];
  readonly omitted: FileReason[] = [];
  readonly invalid: FileReason[] = [];
  sizeError: string | undefined;

  err(): TsgogetError | undefined {
    if (this.sizeError !== undefined) return new TsgogetError('too-large', this.sizeError);
    if (this.invalid.length === 0) return undefined;
    const lines = this.invalid.slice(0, maxLines).map(({ path, reason }) => `${path}: ${reason}`);
    if (this.invalid.length > maxLines) lines.push(`and ${this.invalid.length - maxLines} more`);
    return new TsgogetError('invalid-zip', lines.join('\n'));
  }
}
