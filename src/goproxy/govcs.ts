/** GOVCS: which version control system may be used for which module (`go help vcs`). */
import { quoteGo } from '../encoding/quote-go.js';
import { matchPrefixPatterns } from '../module/index.js';
import type { Repository } from './origin-hosts.js';

interface Rule {
  /** A glob over the leading elements of a path, or `public` or `private`. */
  readonly pattern: string;
  readonly allowed: readonly string[];
}

/** What holds where no rule of GOVCS does: the two systems whose clients were made to meet servers of strangers. */
const usualRules: readonly Rule[] = [
  { pattern: 'private', allowed: ['all'] },
  { pattern: 'public', allowed: ['git', 'hg'] },
];

export interface GovcsSettings {
  readonly GOVCS: string;
  readonly GOPRIVATE: string;
}

/** Says, in go's words, why the system may not be used for the repository; undefined when it may. */
export function refusedByGovcs({ vcs, root }: Repository, env: GovcsSettings): string | undefined {
  const rules = parseGovcs(env.GOVCS);
  if (typeof rules === 'string') return rules;
  const what = matchPrefixPatterns(env.GOPRIVATE, root) ? 'private' : 'public';
  const isAbout = ({ pattern }: Rule) =>
    pattern === 'private' || pattern === 'public' ? pattern === what : matchPrefixPatterns(pattern, root);
  const rule = [...rules, ...usualRules].find(isAbout);
  if (rule?.allowed.some((name) => name === vcs || name === 'all')) return undefined;
  return `GOVCS disallows using ${vcs} for ${what} ${root}; see 'go help vcs'`;
}

/** The rules, or what is wrong with them. */
function parseGovcs(text: string): Rule[] | string {
  const rules: Rule[] = [];
  const seen = new Map<string, string>();
  for (const item of text.trim() === '' ? [] : text.split(',').map((entry) => entry.trim())) {
    const shown = quoteGo(item);
    if (item === '') return 'empty entry in GOVCS';
    const colon = item.indexOf(':');
    if (colon < 0) return `malformed entry in GOVCS (missing colon): ${shown}`;
    const [pattern, list] = [item.slice(0, colon).trim(), item.slice(colon + 1).trim()];
    if (pattern === '') return `empty pattern in GOVCS: ${shown}`;
    if (list === '') return `empty VCS list in GOVCS: ${shown}`;
    if (/^\.\.?(?:\/|$)/.test(pattern)) return `relative pattern not allowed in GOVCS: ${quoteGo(pattern)}`;
    const earlier = seen.get(pattern);
    if (earlier !== undefined) return `unreachable pattern in GOVCS: ${shown} after ${quoteGo(earlier)}`;
    seen.set(pattern, item);
    const allowed = list.split('|').map((name) => name.trim());
    if (allowed.includes('')) return `empty VCS name in GOVCS: ${shown}`;
    rules.push({ pattern, allowed });
  }
  return rules;
}
