/**
 * Finds paths that cannot live side by side on every file system: equal but for case, twice the same file, file and folder at once.
 * A tree of folded path elements, so that the work is linear in the total length of the paths (they come from outside).
 */
import { foldCase } from './fold.js';

interface Node {
  /** The path as it was first seen, undefined while only something below it was refused. */
  path: string | undefined;
  isDir: boolean;
  children: Map<string, Node> | undefined;
}

/** Files and folders together. Real modules have some ten thousands; beyond this a zip is an attack on memory. */
const maxNodes = 2 ** 19;

export class Collisions {
  readonly #root: Node = { path: '', isDir: true, children: undefined };
  #nodes = 0;

  /** Takes a clean relative path in. Returns what is wrong with it beside the paths before, in Go's words. */
  add(path: string, isDir: boolean): string | undefined {
    const chain = this.#descend(path);
    if (chain === undefined) return `too many files and folders (limit is ${maxNodes})`;
    // from the path itself upwards: the longest colliding path is the one to report
    for (let i = chain.length - 1; i >= 0; i--) {
      const [node, end] = chain[i]!;
      const own = path.slice(0, end);
      const wantDir = i < chain.length - 1 || isDir;
      if (node.path === undefined) {
        node.path = own;
        node.isDir = wantDir;
      } else if (node.path !== own) return `case-insensitive file name collision: "${node.path}" and "${own}"`;
      else if (node.isDir !== wantDir) return `entry "${own}" is both a file and a directory`;
      else if (!wantDir) return `multiple entries for file "${own}"`;
    }
    return undefined;
  }

  /** The nodes from the first element to the path itself, each with the end of its prefix in `path`. */
  #descend(path: string): [node: Node, end: number][] | undefined {
    const chain: [Node, number][] = [];
    let node = this.#root;
    for (let start = 0; start <= path.length; ) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      const key = foldCase(path.slice(start, end));
      node.children ??= new Map();
      let child = node.children.get(key);
      if (child === undefined) {
        if (++this.#nodes > maxNodes) return undefined;
        child = { path: undefined, isDir: false, children: undefined };
        node.children.set(key, child);
      }
      chain.push([child, end]);
      node = child;
      start = end + 1;
    }
    return chain;
  }
}
