/** Refusals that go begins with the whole command (`go list -x cannot …`) and without its own `go: ` before that. */
import { TsgogetError } from '../errors.js';
import type { CommandContext } from './command.js';

/** The error; called by another name than go, the message goes without that name, which stands before it anyway. */
export function refusal({ programName }: Pick<CommandContext, 'programName'>, words: string): TsgogetError {
  return programName === 'go'
    ? new TsgogetError('failed', `go ${words}`, { bare: true })
    : new TsgogetError('failed', words);
}
