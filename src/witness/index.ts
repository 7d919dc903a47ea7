export { type HeadRules, maxClockSkewSeconds, requireWitnessed } from './head-rules.js';
export { isQuorum, maxPolicyBytes, parseWitnessPolicy, type WitnessPolicy } from './policy.js';
