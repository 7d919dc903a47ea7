/** `help releases`: which Go releases are known, how one is chosen, and what each changed, from the table of rules. */
import { knownReleases, newestRelease, releaseRules } from '../gover/index.js';

export function helpReleases(): string {
  const releases = [...new Set(releaseRules.map(({ since }) => since))];
  return [
    `What a go.mod may say, and what a command does with it, depends on the Go release. The newest of each that is known: ${knownReleases.join(', ')}. ${newestRelease} is followed, unless TSGOGET_GO_VERSION or GOTOOLCHAIN names another, or go.work or go.mod asks for a newer one. There is no toolchain: only the rules change. A release newer than all of these is followed by the rules of ${newestRelease}, and a note says so.`,
    `  GOTOOLCHAIN     least       may follow a newer one
  auto            as set      for go.mod, go.work and dependencies
  path            as set      for go.mod and go.work
  local           as set      no
  go1.26.8        1.26.8      no
  go1.26.8+auto   1.26.8      as auto (+path: as path)`,
    'Where releases differ, the difference is a rule with a name. What depends on the go line of a go.mod instead is the same in all of them.',
    ...releases.map((since) => {
      const rules = releaseRules.filter((rule) => rule.since === since);
      return `Since Go ${since}:\n\n${rules.map(({ name, what }) => `${name}: ${what}`).join('\n')}`;
    }),
  ].join('\n\n');
}
