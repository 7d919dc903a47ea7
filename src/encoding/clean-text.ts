/**
 * Makes text from outside safe to show: module paths, retraction rationales, server bodies and error messages reach terminals,
 * logs and summaries (field notes, A21). Line breaks and tabs stay. Linear in the text's length.
 */

/** ESC-introduced and C1 sequences: strings (OSC, DCS, …) that end on their line, CSI, and two-character escapes. */
const escapeSequences =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\n\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-Z\\^-~]/g;

/** Controls but \n and \t; line and paragraph separators; bidi marks, embeddings, overrides, isolates; invisible tags. */
const unsafe =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const suspicious = /[^\n\t\x20-\x7e]/;

/** Takes escape sequences, control characters and direction overrides out; lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(escapeSequences, '')
    .replace(unsafe, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** The same characters in JSON text as \u escapes: the data does not change. */
export function cleanJson(text: string): string {
  if (!suspicious.test(text)) return text;
  return text.replace(unsafe, (found) =>
    Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
