/** What a run that may not change go.mod says when go.mod would have to change. */
import { TsgogetError } from '../../errors.js';
import type { Session } from '../session/session.js';

/** go.mod does not say what its requirements imply, and this run may not change it. */
export class GoModDirtyError extends TsgogetError {
  constructor(session: Session) {
    const { buildMod, buildModReason, modFlagGiven } = session;
    const words = modFlagGiven
      ? `updates to go.mod needed, disabled by -mod=${buildMod}; to update it:\n\tgo mod tidy`
      : buildModReason !== ''
        ? `updates to go.mod needed, disabled by -mod=${buildMod}\n\t(${buildModReason})\n\tto update it:\n\tgo mod tidy`
        : 'updates to go.mod needed; to update it:\n\tgo mod tidy';
    super('build-list', words);
  }
}
