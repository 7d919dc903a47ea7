/** White space as Go's `unicode.IsSpace` has it: JavaScript's `\s` counts U+FEFF, which Go does not, and leaves out U+0085. */

/** Reports whether a code point is white space. */
export function isGoSpace(code: number): boolean {
  if (code < 0x80) return (code >= 9 && code <= 13) || code === 0x20;
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return code === 0x1680 || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** Where the first character that is no white space stands, from `start` on; the length when there is none. */
export function skipGoSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isGoSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Where the first white space stands, from `start` on; the length when there is none. */
export function goWordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isGoSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The text without the white space around it (strings.TrimSpace). */
export function trimGoSpace(text: string): string {
  const start = skipGoSpace(text, 0);
  let end = text.length;
  while (end > start && isGoSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The words between white space (strings.Fields). */
export function goFields(text: string): string[] {
  const words: string[] = [];
  for (let at = skipGoSpace(text, 0), end = at; at < text.length; at = skipGoSpace(text, end)) {
    end = goWordEnd(text, at);
    words.push(text.slice(at, end));
  }
  return words;
}
