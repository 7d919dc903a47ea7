/** JSON that came from outside, with the words of Go's encoding/json for what is none. */
import { quoteGoRune } from '../encoding/quote-go.js';
import { messageOf } from '../errors.js';

/** Parses one JSON value. Throws an Error in Go's words: `unexpected end of JSON input`, `invalid character 'x' …`. */
export function parseGoJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const first = /[^\t\n\r ]/u.exec(json)?.[0];
    if (first === undefined) throw new Error('unexpected end of JSON input');
    if (!/[[{"\-0-9tfn]/.test(first)) {
      throw new Error(`invalid character ${quoteGoRune(first)} looking for beginning of value`);
    }
    const at = Number(/at position (\d+)/.exec(messageOf(error))?.[1] ?? json.length);
    if (at >= json.trimEnd().length) throw new Error('unexpected end of JSON input');
    throw new Error(`invalid character ${quoteGoRune(json.slice(at, at + 2))} in JSON`);
  }
}
