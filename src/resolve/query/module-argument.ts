/**
 * `path@query`, as commands take it (go.dev/ref/mod#version-queries).
 */
import { quoteGo } from '../../encoding/quote-go.js';
import { TsgogetError } from '../../errors.js';

export interface PathVersion {
  readonly path: string;
  /** undefined where there is no @ */
  readonly query: string | undefined;
}

/** Splits `path@query`. Throws 'invalid-query' for a query that could be taken for a flag or a path. */
export function splitArgument(arg: string): PathVersion {
  const at = arg.indexOf('@');
  if (at < 0) return { path: arg, query: undefined };
  const text = arg.slice(at + 1);
  if (text.startsWith('-') || text.startsWith('/')) {
    throw new TsgogetError('invalid-query', `invalid module version ${quoteGo(text)}`);
  }
  return { path: arg.slice(0, at), query: text };
}
