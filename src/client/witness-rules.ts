/**
 * The witness policy of a run: TSGOGET_WITNESS_POLICY names its file, TSGOGET_WITNESS_MAX_AGE how old a cosignature may be;
 * commands have flags for both. Read at once, so that a mistake in it shows before anything is asked.
 */
import { resolve } from 'node:path';
import { messageOf, TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';
import type { GoEnv } from '../goenv/index.js';
import { type Note, parseKeyText } from '../note/index.js';
import { parseGoSumDb } from '../sumdb/index.js';
import { maxPolicyBytes, parseWitnessPolicy, requireWitnessed } from '../witness/index.js';

/** Names a C2SP tlog-policy file; relative to the working folder. */
export const policyVariable = 'TSGOGET_WITNESS_POLICY';
/** How old the cosignatures that count may be: `24h`. Without it, of any age. */
export const maxAgeVariable = 'TSGOGET_WITNESS_MAX_AGE';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** A length of time as `90m`, `24h`, `1h30m` or `7d`, in seconds; throws 'invalid-setting'. */
export function parseMaxAge(text: string): number {
  const parts = [...text.matchAll(/([0-9]{1,9})([smhd])/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new TsgogetError('invalid-setting', `invalid maximum age ${JSON.stringify(text)}: write 24h, 90m or 7d`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit!]!, 0);
}

/**
 * What the checksum database asks of a tree head; undefined without a policy, when cosignatures are passed over.
 * `nowSeconds` is asked for each head. Throws 'invalid-setting' for settings or a file that cannot be understood.
 */
export function headJudge(
  { env, cwd, GOSUMDB }: Pick<GoEnv, 'env' | 'cwd' | 'GOSUMDB'>,
  nowSeconds: () => number,
): ((note: Note) => void) | undefined {
  const maxAge = env[maxAgeVariable];
  const maxAgeSeconds = maxAge ? parseMaxAge(maxAge) : undefined;
  const file = env[policyVariable];
  if (!file) {
    if (maxAgeSeconds === undefined) return undefined;
    throw new TsgogetError('invalid-setting', 'a maximum age of cosignatures says nothing without a witness policy');
  }
  const rules = { policy: readPolicy(resolve(cwd, file)), maxAgeSeconds };
  return (note) => {
    const config = parseGoSumDb(GOSUMDB);
    if (config !== 'off') requireWitnessed(note, parseKeyText(config.verifierKey), rules, nowSeconds());
  };
}

function readPolicy(file: string): ReturnType<typeof parseWitnessPolicy> {
  try {
    return parseWitnessPolicy(readExistingFile(file, maxPolicyBytes));
  } catch (error) {
    throw new TsgogetError('invalid-setting', `${file}: ${messageOf(error)}`, { cause: error });
  }
}
