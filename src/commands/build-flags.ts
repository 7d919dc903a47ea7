/**
 * The flags of go's build commands that say nothing about modules. `list` and `get` take them, as go does, so that GOFLAGS,
 * scripts and habits go on working; they have no effect, and `help` does not list them.
 */
import type { FlagSpec } from './command.js';

const booleans = 'a asan linkshared msan n race trimpath v work';
const withValues =
  'p asmflags compiler buildmode gcflags gccgoflags installsuffix ldflags pgo pkgdir tags toolexec debug-actiongraph debug-runtime-trace debug-trace';

const help = 'accepted, without effect';

/** Without -x, -mod and the flags of `moduleFlags`, which have an effect. */
export const buildFlags: readonly FlagSpec[] = [
  ...booleans.split(' ').map((name) => ({ name, help, hidden: true })),
  ...withValues.split(' ').map((name) => ({ name, help, hidden: true, value: 'value' })),
  { name: 'buildvcs', help, hidden: true, value: 'value', optionalValue: true },
];

/** Those of coverage, which `list` has and `get` has not. */
export const coverFlags: readonly FlagSpec[] = [
  { name: 'cover', help, hidden: true },
  { name: 'covermode', help, hidden: true, value: 'value' },
  { name: 'coverpkg', help, hidden: true, value: 'value' },
];
