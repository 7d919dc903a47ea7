/** Words as go reads them from a setting: GOFLAGS, or a command of GOAUTH (cmd/internal/quoted). */

/** Splits at spaces; quotes hold a word together only at its beginning, and nothing is escaped inside. `fail` makes the error to throw. */
export function splitQuotedWords(text: string, fail: (what: string) => Error): string[] {
  const words: string[] = [];
  const word = /[ \t\n\r]*(?:"([^"]*)"|'([^']*)'|(["'])|([^ \t\n\r]+))/gy;
  for (let m = word.exec(text); m !== null; m = word.exec(text)) {
    if (m[3] !== undefined) throw fail(`unterminated ${m[3]} string`);
    words.push(m[1] ?? m[2] ?? m[4]!);
  }
  return words;
}
