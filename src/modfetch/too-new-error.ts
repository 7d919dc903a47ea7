/** A module that needs a newer Go release than the one that is followed. */
import { causeOf, hintOf, messageOf, TsgogetError } from '../errors.js';

export class TooNewError extends TsgogetError {
  readonly what: string;
  readonly goVersion: string;

  /** `local` is the release that is followed, `toolchain` the GOTOOLCHAIN setting. */
  constructor(what: string, goVersion: string, local: string, toolchain = '') {
    const setting = toolchain === '' || toolchain === 'auto' ? '' : `; GOTOOLCHAIN=${toolchain}`;
    super('go-too-old', `${what} requires go >= ${goVersion} (running go ${local}${setting})`, {
      hint: `set TSGOGET_GO_VERSION=${goVersion} to follow that Go release`,
    });
    this.what = what;
    this.goVersion = goVersion;
  }
}

/**
 * An error that is told and not acted upon: the need for a newer Go release that may be in it is no longer seen.
 * What is no error of ours is passed on as it is.
 */
export function reported(error: unknown, message = messageOf(error)): unknown {
  if (!(error instanceof TsgogetError)) return error;
  if (causeOf(error, TooNewError)) return new TsgogetError('go-too-old', message, { hint: hintOf(error) });
  return message === error.message ? error : new TsgogetError(error.code, message, { cause: error });
}
