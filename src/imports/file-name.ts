/** Which files a build takes by their names alone (cmd/go help buildconstraint, cmd/go help packages). */
import { type BuildTags, hasTag, knownArchitectures, knownSystems } from './build-tags.js';

/**
 * Reports whether a build takes a file of this name: it starts with neither `_` nor `.`, and the system and processor at its end,
 * name_GOOS.go, name_GOARCH.go or name_GOOS_GOARCH.go, perhaps with _test, are those of the build. linux.go has no such end.
 * @param name without folders.
 */
export function matchesFileName(name: string, tags: BuildTags): boolean {
  if (name.startsWith('_') || name.startsWith('.')) return false;
  if (tags === 'any') return true;
  const [stem = ''] = name.split('.', 1);
  const [, ...parts] = stem.split('_');
  if (parts.at(-1) === 'test') parts.pop();
  const last = parts.at(-1);
  if (last === undefined) return true;
  if (knownSystems.has(last)) return hasTag(tags, last);
  if (!knownArchitectures.has(last)) return true;
  const system = parts.at(-2);
  return hasTag(tags, last) && (system === undefined || !knownSystems.has(system) || hasTag(tags, system));
}
