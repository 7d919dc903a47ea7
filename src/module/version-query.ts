/** Version queries: what stands after the @ of an argument (go.dev/ref/mod#version-queries). Parsed before any request. */
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import * as semver from './semver.js';

type Comparison = '<' | '<=' | '>' | '>=';

export interface VersionQuery {
  readonly kind: 'latest' | 'upgrade' | 'patch' | 'none' | 'exact' | 'prefix' | Comparison | 'revision';
  /** For 'exact', 'prefix' and comparisons: the version as written, which need not be canonical. */
  readonly version?: string;
  /** The query as written. */
  readonly text: string;
}

/** What versions look like: modules have semantic versions, the go and toolchain modules have Go's own. */
export interface VersionSyntax {
  isValid(version: string): boolean;
  /** Reports whether a valid version names a family of versions, as v1.2 does. */
  isPrefix(version: string): boolean;
}

/** Semantic versions; v1 and v1.2 are prefixes. */
export const semverSyntax: VersionSyntax = {
  isValid: semver.isValid,
  isPrefix: (version) => /^[^-+.]*(?:\.[^-+.]*)?$/.test(version),
};

const words: ReadonlySet<string> = new Set(['latest', 'upgrade', 'patch', 'none'] satisfies VersionQuery['kind'][]);

function parseComparison(text: string, kind: Comparison, syntax: VersionSyntax): VersionQuery {
  const version = text.slice(kind.length);
  const fail = (adjective: string) =>
    new TsgogetError('invalid-query', `${adjective} semantic version ${quoteGo(version)} in range ${quoteGo(text)}`);
  if (!syntax.isValid(version)) throw fail('invalid');
  // does <=v1.2 allow v1.2.3? @v1.2 may mean it
  if ((kind === '<=' || kind === '>') && syntax.isPrefix(version)) throw fail('ambiguous');
  return { kind, version, text };
}

/**
 * Parses a version query. What is no other query is a revision: a branch, tag or commit, of any text.
 * Throws 'invalid-query' for an empty query, one that begins with - or /, and comparisons with what is no version or
 * ambiguous.
 */
export function parseVersionQuery(text: string, syntax: VersionSyntax = semverSyntax): VersionQuery {
  if (text === '' || text.startsWith('-') || text.startsWith('/') || text.includes('@')) {
    throw new TsgogetError('invalid-query', `invalid module version ${quoteGo(text)}`);
  }
  if (words.has(text)) return { kind: text as VersionQuery['kind'], text };
  const [comparison] = /^[<>]=?/.exec(text) ?? [];
  if (comparison !== undefined) return parseComparison(text, comparison as Comparison, syntax);
  if (!syntax.isValid(text)) return { kind: 'revision', text };
  return { kind: syntax.isPrefix(text) ? 'prefix' : 'exact', version: text, text };
}

/** Reports whether the query asks for one revision by name: then a retraction does not stand in its way. */
export function isRevisionQuery(query: VersionQuery): boolean {
  return query.kind === 'exact' || query.kind === 'revision' || query.kind === 'none';
}
