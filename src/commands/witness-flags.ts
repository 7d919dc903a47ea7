/** -policy and -max-age: the witness policy of one command, in place of what the environment says. */
import { maxAgeVariable, parseMaxAge, policyVariable } from '../client/witness-rules.js';
import { messageOf } from '../errors.js';
import type { CommandContext, FlagSpec, Invocation } from './command.js';
import { usageError } from './module-flags.js';

export const witnessFlags: readonly FlagSpec[] = [
  { name: 'policy', value: 'file', help: 'require the cosignatures that this C2SP tlog-policy file asks for' },
  { name: 'max-age', value: 'duration', help: 'count no older cosignatures: 24h, 90m, 7d' },
];

/** The context with the flags' settings; an empty value takes the environment's out. Throws 'usage'. */
export function withWitnessFlags({ flags }: Pick<Invocation, 'flags'>, context: CommandContext): CommandContext {
  const given: Record<string, string> = {};
  if (flags.has('policy')) given[policyVariable] = flags.text('policy') ?? '';
  const maxAge = flags.has('max-age') ? (flags.text('max-age') ?? '') : undefined;
  if (maxAge !== undefined) given[maxAgeVariable] = maxAge;
  try {
    if (maxAge) parseMaxAge(maxAge);
  } catch (error) {
    throw usageError(`-max-age: ${messageOf(error)}`);
  }
  return { ...context, goEnv: { ...context.goEnv, env: { ...context.goEnv.env, ...given } } };
}
