/**
 * The file of `go env -w`: KEY=VALUE lines, kept with their comments and blank lines.
 * Pure text in, text out; the lock and the write are the caller's.
 */

/** Larger ones are not read. */
export const maxEnvFileBytes = 1 << 24;

/** The settings of a GOENV or go.env file. Lines that are not KEY=VALUE are ignored; the last of two wins. */
export function parseEnvFile(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0 && /^[A-Z]/.test(line)) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return values;
}

export interface EnvFileChanges {
  readonly set?: ReadonlyMap<string, string>;
  readonly unset?: ReadonlySet<string>;
}

/** Applies changes: duplicates but the last are dropped, and each run of KEY=VALUE lines is sorted by key. */
export function editEnvFile(text: string, changes: EnvFileChanges): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const lastOf = new Map(lines.map((line, i) => [keyOf(line), i]));
  const kept = lines.filter((line, i) => {
    const key = keyOf(line);
    return key === '' || (lastOf.get(key) === i && !changes.unset?.has(key));
  });
  const edited = kept.map((line) => {
    const key = keyOf(line);
    const value = changes.set?.get(key);
    return key === '' || value === undefined ? line : `${key}=${value}`;
  });
  for (const [key, value] of changes.set ?? []) if (!lastOf.has(key)) edited.push(`${key}=${value}`);
  return sortRuns(edited)
    .map((line) => `${line}\n`)
    .join('');
}

function keyOf(line: string): string {
  const equals = line.indexOf('=');
  return equals < 0 || line.slice(0, equals).includes('#') ? '' : line.slice(0, equals);
}

function sortRuns(lines: readonly string[]): string[] {
  const sorted: string[] = [];
  let run: string[] = [];
  const flush = () => {
    sorted.push(...run.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)));
    run = [];
  };
  for (const line of lines) {
    if (keyOf(line) !== '') run.push(line);
    else {
      flush();
      sorted.push(line);
    }
  }
  flush();
  return sorted;
}
