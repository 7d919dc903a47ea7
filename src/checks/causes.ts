/** What many things that went wrong have in common: one outage is one cause, however many lines it leaves unproven. */
import { escapePath } from '../module/index.js';

export interface Cause<T> {
  /** What went wrong: in the words of the only one, or of all, with '…' for what differs. */
  readonly words: string;
  readonly items: readonly T[];
}

/** Something that went wrong with a module version. */
export interface Failure {
  readonly reason: string;
  readonly path: string;
  /** Empty for none. */
  readonly version: string;
}

/** Groups in the order of their first items. Those whose words differ in nothing but the module, its addresses and ports are one. */
export function groupByCause<T>(items: readonly T[], failureOf: (item: T) => Failure): Cause<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = commonWords(failureOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].map(([common, group]) => {
    const { reason } = failureOf(group[0]!);
    return { words: group.every((item) => failureOf(item).reason === reason) ? reason : common, items: group };
  });
}

/** The reason without what belongs to this one module. */
function commonWords({ reason, path, version }: Failure): string {
  const own = version.replace(/\/go\.mod$/, '');
  let words = reason.replace(/(https?:\/\/[^/\s"]+)\/[^\s":]*(?::[^\s":]+)*/g, '$1/…').replace(/:\d+->/g, ':…->');
  for (const name of [
    `${escaped(path)}@${own}`,
    `${path}@${version}`,
    `${path}@${own}`,
    escaped(path),
    path,
    version,
    own,
  ]) {
    if (name.length > 1) words = words.replaceAll(name, '…');
  }
  return words;
}

function escaped(path: string): string {
  try {
    return escapePath(path);
  } catch {
    return path;
  }
}

/** So many items of a cause are named. */
export const maxExamples = 3;
