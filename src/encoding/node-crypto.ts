/**
 * node:crypto, where there is one: never imported, so that the pure packages load anywhere, and loaded at its first use, since that takes
 * longer than many a command.
 */
interface Runtime {
  readonly process?: { getBuiltinModule?(id: string): unknown };
}

let loaded: unknown;

/** The module as its caller knows it; undefined where there is none. */
export function nodeCrypto<T>(): T | undefined {
  loaded ??= (globalThis as Runtime).process?.getBuiltinModule?.('node:crypto');
  return loaded as T | undefined;
}

/** Reports whether there can be one, and loads nothing. */
export const hasBuiltinModules = (globalThis as Runtime).process?.getBuiltinModule !== undefined;
