/** Finds the go or toolchain line of a go.mod or go.work that may be too new to parse: a line scanner, no parser. */

/** White space as Go's unicode.IsSpace has it: not U+FEFF, but U+0085. */
const isSpace = (char: string) => /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(char);

function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start]!)) start++;
  while (start < end && isSpace(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * The value of the first line that begins with the key and a space or tab, without its // comment; '' when there is none.
 * For keys that never stand in a block: go, toolchain.
 */
export function goModLookup(data: Uint8Array | string, key: string): string {
  const text = typeof data === 'string' ? data : new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  for (const raw of text.split('\n')) {
    const line = trimSpace(raw);
    if (!line.startsWith(key)) continue;
    const rest = line.slice(key.length);
    if (rest.startsWith(' ') || rest.startsWith('\t')) return trimSpace(rest.split('//', 1)[0]!);
  }
  return '';
}
