/**
 * Is a signed tree head believed? If a quorum of witnesses has cosigned it, recently enough: then what is shown here is
 * what everyone is shown, and not an old state of it (attacks A4 and A5).
 */
import { TsgogetError } from '../errors.js';
import { type Note, openCosignatures } from '../note/index.js';
import { isQuorum, logKey, type WitnessPolicy } from './policy.js';

/** Cosignatures from further in the future than this are not counted. */
export const maxClockSkewSeconds = 600;

/** What is asked of a tree head. Times are seconds. */
export interface HeadRules {
  readonly policy: WitnessPolicy;
  /** Older cosignatures are not counted; undefined: of any age. */
  readonly maxAgeSeconds?: number | undefined;
}

/**
 * Throws unless a note (opened with its log's key, which is `log`) satisfies the rules at the time `nowSeconds`:
 * 'not-witnessed' where cosignatures are missing, too old or from the future, or where the policy is not for that log;
 * 'bad-signature' where a witness that the policy knows did not sign what the note says it did.
 */
export function requireWitnessed(
  note: Pick<Note, 'text' | 'unverified'>,
  log: { readonly algorithm: number; readonly key: Uint8Array },
  { policy, maxAgeSeconds }: HeadRules,
  nowSeconds: number,
): void {
  const given = openCosignatures(note.text, note.unverified, [...policy.witnesses.values()]);
  if (policy.logs.size > 0 && !policy.logs.has(logKey(log.algorithm, log.key))) {
    throw new TsgogetError('not-witnessed', 'the witness policy does not list the key of this checksum database');
  }
  const oldest = maxAgeSeconds === undefined ? Number.NEGATIVE_INFINITY : nowSeconds - maxAgeSeconds;
  const inTime = new Set(
    given.filter(({ time }) => time >= oldest && time <= nowSeconds + maxClockSkewSeconds).map((c) => c.cosigner),
  );
  const names = (counted: ReadonlySet<unknown>) =>
    [...policy.witnesses].filter(([, cosigner]) => counted.has(cosigner)).map(([name]) => name);
  if (isQuorum(policy, names(inTime))) return;
  const late = isQuorum(policy, names(new Set(given.map((c) => c.cosigner))));
  throw new TsgogetError(
    'not-witnessed',
    late
      ? 'the cosignatures of the tree head are too old, or from the future, for the witness policy'
      : `the tree head has not been cosigned as the witness policy asks (${inTime.size} of ${policy.witnesses.size} known witnesses)`,
  );
}
