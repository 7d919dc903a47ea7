/** The Go releases that tsgoget knows. */
import { compareGo, langVersion } from './go-version.js';

/** The newest release of each language version whose rules are known, oldest first. Any other of theirs may be followed too. */
export const knownReleases: readonly string[] = [
  '1.21.13',
  '1.22.12',
  '1.23.12',
  '1.24.13',
  '1.25.14',
  '1.26.8',
  '1.27.4',
];

/** Followed unless a setting or a go.mod says otherwise. */
export const newestRelease = knownReleases.at(-1)!;

const oldest = langVersion(knownReleases[0]!);

/** What is to be said of a release that is followed and is none that is known; undefined where it is. */
export function unknownReleaseNote(release: string): string | undefined {
  if (compareGo(release, oldest) < 0)
    return `go${release} is older than any release that is known: the rules of go${oldest} are followed`;
  if (compareGo(langVersion(release), langVersion(newestRelease)) <= 0) return undefined;
  return `go${release} is newer than any release that is known: the rules of go${newestRelease} are followed`;
}
