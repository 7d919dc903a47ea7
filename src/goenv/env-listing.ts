/**
 * What `go env` prints: the effective settings, sorted, as text for a shell or as JSON.
 * What only a toolchain knows (GOGCCFLAGS, GOTOOLDIR, GOTELEMETRY) is left out.
 */
import { formatGoJson } from '../gojson/go-json.js';
import { hasRule } from '../gover/release-rules.js';
import { type GoEnv, osLookup } from './go-env.js';
import { type Setting, settings } from './settings.js';

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  /** The value differs from the default. */
  readonly changed: boolean;
}

/** What depends on the folder. */
export interface FoundVariables {
  readonly GOMOD: string;
  readonly GOWORK: string;
  /** Where programs go; absent where the release that is followed lists the setting alone. */
  readonly GOBIN?: string;
}

/** The variables that `go env` lists, sorted. */
export function listEnv(env: GoEnv, found: FoundVariables): EnvVariable[] {
  const table: Record<string, Setting> = settings;
  const names = Object.keys(table).filter((name) => {
    const row = table[name]!;
    return !row.unlisted && (row.listedFor?.includes(env.GOARCH) ?? true);
  });
  const fixed = ['GOENV', 'GOEXE', 'GOHOSTARCH', 'GOHOSTOS', 'GOVERSION'];
  const variables = [...names, ...fixed].map((name) => ({
    name,
    value: (name === 'GOBIN' && found.GOBIN) || env.get(name),
    changed: env.changed.has(name),
  }));
  for (const name of ['GOMOD', 'GOWORK'] as const) variables.push({ name, value: found[name], changed: false });
  if (hasRule(env.goVersion, 'env-gopackagesdriver')) {
    const name = 'GOPACKAGESDRIVER'; // of the operating system's environment alone, and no setting of the go command
    const value = osLookup(env.env, env.GOHOSTOS)(name);
    variables.push({ name, value, changed: value !== '' });
  }
  return variables.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `NAME='value'` lines; on Windows `set NAME=value`. */
export function formatEnv(variables: readonly EnvVariable[], goos: string): string {
  return variables
    .map(({ name, value }) =>
      goos === 'windows' ? `set ${name}=${quoteBatch(value)}\n` : `${name}=${quoteShell(value)}\n`,
    )
    .join('');
}

/** One JSON object, indented by tabs, as Go's encoder writes it. */
export function formatEnvJson(variables: readonly EnvVariable[], goVersion: string): string {
  const printsReplacement = hasRule(goVersion, 'json-prints-replacement');
  const values = new Map(variables.map((v) => [v.name, v.value]));
  return `${formatGoJson(values, { indent: '\t', printsReplacement })}\n`;
}

/** Quotes a value for a POSIX shell, as `go env` does. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Escapes a value for `set` in a Windows batch file; what cannot be escaped becomes U+FFFD. */
export function quoteBatch(value: string): string {
  return value
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\v\f]/gu, '\ufffd')
    .replaceAll('%', '%%')
    .replace(/[<>|&^]/g, '^$&');
}
