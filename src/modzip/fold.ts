/**
 * Unicode simple case folding: two names that fold alike cannot both exist on every file system (go.dev/ref/mod#zip-path-size-constraints).
 * Not toLowerCase: K and U+212A, s and U+017F fold alike.
 */

/**
 * Folds a text: `foldCase(s) === foldCase(t)` exactly when Go's strings.EqualFold(s, t), up to the Unicode version of the platform.
 * Linear in the length of the text.
 */
export function foldCase(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const char of text) folded += foldChar(char);
  return folded;
}

/**
 * The lower case of the upper case names every orbit of simple folding. Mappings to several characters are not simple ones;
 * U+0131 (dotless i) has an upper case that it does not fold to.
 */
function foldChar(char: string): string {
  if (char === '\u0131') return char;
  const upper = simple(char, char.toUpperCase());
  return simple(upper, upper.toLowerCase());
}

const simple = (char: string, mapped: string) => (mapped.length === mapped.match(/./su)![0].length ? mapped : char);
