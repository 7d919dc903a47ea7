/** A module that needs a newer Go release than the one that is followed. */
import { TsgogetError } from '../errors.js';

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
