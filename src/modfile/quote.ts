/** Words of a directive: what must be quoted, and the plain value of a word (go.dev/ref/mod#go-mod-file-lexical). */
import { isPrintable } from '../encoding/go-unicode.js';
import { quoteText, unquoteText } from './mod-text.js';

/** Reports whether a text must be quoted to stand as one word on a line of go.mod. */
export function mustQuote(text: string): boolean {
  if (text === '' || text.includes('//') || text.includes('/*')) return true;
  if (/^[\w.~+@=:/-]+$/.test(text)) return false;
  const alone = text.length === 1;
  for (const rune of text) {
    if (' "\'`'.includes(rune)) return true;
    if ('()[]{},'.includes(rune)) {
      if (!alone) return true;
      continue;
    }
    const code = rune.codePointAt(0)!;
    const isLoneByte = code >= 0xdc80 && code <= 0xdcff;
    if (!isLoneByte && !isPrintable(code)) return true;
  }
  return false;
}

/** The text, quoted if it must be. */
export function autoQuote(text: string): string {
  return mustQuote(text) ? quoteText(text) : text;
}

/** The value of a word, or why it has none. A word in backquotes is refused, as Go does. */
export function readWord(word: string): { value: string } | { reason: string } {
  if (word.startsWith('"')) {
    const value = unquoteText(word);
    return value === undefined ? { reason: 'invalid syntax' } : { value };
  }
  return /["'`]/.test(word) ? { reason: 'unquoted string cannot contain quote' } : { value: word };
}

/**
 * Reports whether a replacement is a folder and not a module path: rooted, or starting with `.` or `..`.
 * Both Unix and Windows forms count on every system, because go.mod files travel.
 */
export function isDirectoryPath(path: string): boolean {
  return /^(?:\.{1,2}(?:$|[/\\])|[/\\]|[A-Za-z]:)/.test(path);
}
