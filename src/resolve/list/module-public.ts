/**
 * A module as `list -m` shows it: the fields and their order are go's (`go help list`).
 */
import { quoteControls } from '../../encoding/quote-go.js';
import { hasRule } from '../../gover/index.js';
import type { Origin } from '../../modfetch/index.js';

export interface ModulePublic {
  Path: string;
  Version?: string;
  Query?: string;
  Versions?: readonly string[];
  Replace?: ModulePublic;
  /** RFC 3339; the zero time where a version has none. */
  Time?: string;
  Update?: ModulePublic;
  Main?: boolean;
  Indirect?: boolean;
  Dir?: string;
  GoMod?: string;
  GoVersion?: string;
  Retracted?: readonly string[];
  Deprecated?: string;
  Error?: { Err: string };
  Sum?: string;
  GoModSum?: string;
  Origin?: Origin;
  Reuse?: boolean;
}

/** The fields in go's order. */
const modulePublicFields = [
  'Path',
  'Version',
  'Query',
  'Versions',
  'Replace',
  'Time',
  'Update',
  'Main',
  'Indirect',
  'Dir',
  'GoMod',
  'GoVersion',
  'Retracted',
  'Deprecated',
  'Error',
  'Sum',
  'GoModSum',
  'Origin',
  'Reuse',
] as const satisfies readonly (keyof ModulePublic)[];

/** The fields that a release has. */
export function modulePublicFieldsOf(goVersion: string): (typeof modulePublicFields)[number][] {
  return modulePublicFields.filter((name) => !sumFields.has(name) || hasRule(goVersion, 'list-sums'));
}

const sumFields: ReadonlySet<string> = new Set(['Sum', 'GoModSum']);

/** The one-line form: `path version [update] (deprecated) => replacement`. */
export function formatModule(m: ModulePublic): string {
  const versionOf = (x: ModulePublic) => `${x.Version ?? ''}${(x.Retracted?.length ?? 0) > 0 ? ' (retracted)' : ''}`;
  const withUpdate = (x: ModulePublic) => {
    if (x.Version === undefined || x.Version === '') return '';
    return ` ${versionOf(x)}${x.Update === undefined ? '' : ` [${versionOf(x.Update)}]`}`;
  };
  const deprecated = (x: ModulePublic) => (x.Deprecated ? ' (deprecated)' : '');
  let text = quoteControls(m.Path) + withUpdate(m) + deprecated(m);
  if (m.Replace !== undefined)
    text += ` => ${quoteControls(m.Replace.Path)}${withUpdate(m.Replace)}${deprecated(m.Replace)}`;
  return text;
}

/** The fields to print as JSON, in order, without empty ones; only those named in `fields` where it is given. */
export function moduleJson(m: ModulePublic, fields?: ReadonlySet<string>): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const name of modulePublicFields) {
    const value = m[name];
    if (fields !== undefined && !fields.has(name)) continue;
    if (value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0))
      continue;
    out.set(name, name === 'Replace' || name === 'Update' ? moduleJson(value as ModulePublic) : value);
  }
  return out;
}
