/**
 * The files of a module as a tree, and what //go:embed patterns take from it (pkg.go.dev/embed#hdr-Directives). A name is looked up,
 * whatever the number of patterns; only what wildcards are matched with has a limit, and whoever asks learns that it was reached.
 */
import { checkFilePath, pathMatch } from '../module/index.js';

interface Place {
  /** From the module's root. */
  readonly name: string;
  isFile: boolean;
  readonly below: Map<string, Place>;
  /** The names of `below`, sorted; made where a wildcard asks. */
  names?: readonly string[];
  /** Element with a wildcard → what it takes here. */
  readonly matched: Map<string, readonly Place[]>;
}

/** Of one module: places of its tree, and names that wildcards are matched with. */
const maxSteps = 2_000_000;

const placeOf = (name: string): Place => ({ name, isFile: false, below: new Map(), matched: new Map() });

export class EmbedTree {
  /** Not all that a pattern takes is known. */
  isSpent = false;
  readonly #root = placeOf('');
  #steps = maxSteps;

  constructor(names: Iterable<string>) {
    for (const name of names) {
      let at = this.#root;
      for (let start = 0; start <= name.length && this.#spend(1); ) {
        const next = name.indexOf('/', start);
        const end = next < 0 ? name.length : next;
        const part = name.slice(start, end);
        const child = at.below.get(part) ?? placeOf(name.slice(0, end));
        at.below.set(part, child);
        at = child;
        start = end + 1;
      }
      at.isFile = true;
    }
  }

  /** Calls `take` with each file that the patterns of the package in `folder` take: once at most for each kind of pattern. */
  embedded(folder: string, patterns: Iterable<string>, take: (name: string) => void): void {
    const root = folder === '' ? this.#root : this.#find(this.#root, folder.split('/'));
    if (root === undefined) return;
    const taken = { visible: new Set<Place>(), all: new Set<Place>() };
    for (const pattern of patterns) {
      const isAll = pattern.startsWith('all:');
      const elements = (isAll ? pattern.slice('all:'.length) : pattern).split('/');
      if (elements.some((e) => e === '' || e === '.' || e === '..' || pathMatch(e, '') === undefined)) continue;
      let places: readonly Place[] = [root];
      for (const element of elements) {
        places = places.flatMap((place) => this.#matching(place, element)).filter(isOfPackage);
        if (places.length > 1) this.#spend(places.length);
        if (this.isSpent) return;
      }
      for (const place of places) takeAll(place, isAll ? taken.all : taken.visible, isAll, take);
    }
  }

  #spend(steps: number): boolean {
    this.#steps -= steps;
    if (this.#steps < 0) this.isSpent = true;
    return !this.isSpent;
  }

  #find(from: Place, parts: readonly string[]): Place | undefined {
    let at: Place | undefined = from;
    for (const part of parts) at = at?.below.get(part);
    return at;
  }

  #matching(place: Place, element: string): readonly Place[] {
    const prefix = /^[^*?[\\]*/.exec(element)![0];
    if (prefix === element) {
      const found = place.below.get(element);
      return found === undefined ? [] : [found];
    }
    const known = place.matched.get(element);
    if (known !== undefined) return known;
    place.names ??= [...place.below.keys()].sort();
    const matched: Place[] = [];
    for (let i = firstNotBefore(place.names, prefix); place.names[i]?.startsWith(prefix) && this.#spend(1); i++) {
      const name = place.names[i]!;
      if (pathMatch(element, name) === true) matched.push(place.below.get(name)!);
    }
    place.matched.set(element, matched);
    return matched;
  }
}

/** Where in the sorted names the first one stands that does not come before `name`. */
function firstNotBefore(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A folder with a go.mod is another module's, and some names come in no module. */
const isOfPackage = (place: Place) => !place.below.get('go.mod')?.isFile && !isBadName(lastOf(place.name));

/** A file, or all below a folder; without `isAll` nothing hidden there. */
function takeAll(from: Place, taken: Set<Place>, isAll: boolean, take: (name: string) => void): void {
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (taken.has(at)) continue;
    taken.add(at);
    if (at.isFile) take(at.name);
    for (const [name, place] of at.below) {
      if ((isAll || !/^[._]/.test(name)) && isOfPackage(place)) waiting.push(place);
    }
  }
}

const lastOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);

function isBadName(name: string): boolean {
  if (['', '.bzr', '.hg', '.git', '.svn'].includes(name)) return true;
  try {
    checkFilePath(name);
    return false;
  } catch {
    return true;
  }
}
