/** The error about a version whose module is not known where the error arises, and how a module is added to it. */

import { quoteGo } from '../encoding/quote-go.js';
import { ModuleError, TsgogetError } from '../errors.js';

/** `version "v1" invalid: reason`; code 'invalid-version'. */
export class InvalidVersionError extends TsgogetError {
  readonly version: string;
  readonly noun: 'version' | 'pseudo-version';
  /** The message without its subject. */
  readonly reason: string;

  constructor(version: string, reason: string, noun: 'version' | 'pseudo-version' = 'version') {
    super('invalid-version', `${noun} ${quoteGo(version)} invalid: ${reason}`);
    this.version = version;
    this.noun = noun;
    this.reason = reason;
  }

  /** The same error about a module: `path@version: invalid version: reason`. */
  of(path: string): ModuleError {
    return new ModuleError(this.code, { path, version: this.version }, `invalid ${this.noun}: ${this.reason}`, {
      cause: this,
    });
  }
}
