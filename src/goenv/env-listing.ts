/**
 * What `go env` prints: the effective settings, sorted, as text for a shell or as JSON.
 * What only a toolchain knows (GOGCCFLAGS, GOTOOLDIR, GOTELEMETRY) is left out.
 */
import type { GoEnv } from './go-env.js';
import { type Setting, settings } from './settings.js';

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  /** The value differs from the default. */
  readonly changed: boolean;
}

/** The variables that `go env` lists, sorted. `found` are those that depend on the folder: GOMOD and GOWORK. */
export function listEnv(env: GoEnv, found: { readonly GOMOD: string; readonly GOWORK: string }): EnvVariable[] {
  const table: Record<string, Setting> = settings;
  const names = Object.keys(table).filter((name) => {
    const row = table[name]!;
    return !row.unlisted && (row.listedFor?.includes(env.GOARCH) ?? true);
  });
  const fixed = ['GOENV', 'GOEXE', 'GOHOSTARCH', 'GOHOSTOS', 'GOVERSION'];
  const variables = [...names, ...fixed].map((name) => ({
    name,
    value: env.get(name),
    changed: env.changed.has(name),
  }));
  for (const [name, value] of Object.entries(found)) variables.push({ name, value, changed: false });
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
export function formatEnvJson(variables: readonly EnvVariable[]): string {
  const text = JSON.stringify(Object.fromEntries(variables.map((v) => [v.name, v.value])), null, '\t');
  return `${text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
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
