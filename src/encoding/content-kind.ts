/**
 * What bytes are that should have been something else: a login page, an error document, a pointer that stands for a file. By their first
 * bytes alone; for a person, never for a decision.
 */

const maxLookedAt = 1024;

const signatures: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs\.github\.com\/spec\//, 'a Git LFS pointer: the file that it stands for was not fetched'],
  [/^<(?:!doctype html|html|head|body)\b/i, 'an HTML page, of a login or an error perhaps'],
  [/^<!--[\s\S]*?<html\b/i, 'an HTML page, of a login or an error perhaps'],
  [/^<\?xml\b[\s\S]*?<(?:\w+:)?html\b/i, 'an HTML page, of a login or an error perhaps'],
  [/^<\?xml\b[\s\S]*?<(?:\w+:)?error\b/i, 'an XML error document'],
  [/^<error\b/i, 'an XML error document'],
  [/^<\?xml\b/i, 'an XML document'],
  [
    /^<a href=[\s\S]*>(?:Found|Moved Permanently|See Other|Temporary Redirect|Permanent Redirect)<\/a>/i,
    "a redirect's text",
  ],
  [
    /^(?:(?:30[12378] )?(?:Found|Moved Permanently|See Other|Temporary Redirect|Permanent Redirect)\b|Redirecting to )/i,
    "a redirect's text",
  ],
  [/^[{[]\s*(?:["{[\]}\d-]|true|false|null)/, 'JSON'],
  [/^PK\x03\x04/, 'a zip file'],
  [/^\x1f\x8b/, 'gzip-compressed data'],
];

/** A noun with its article; undefined for what nothing is known of. */
export function contentKind(data: Uint8Array): string | undefined {
  if (data.length === 0) return 'empty';
  const head = data.subarray(0, maxLookedAt);
  const text = Buffer.from(head.buffer, head.byteOffset, head.length)
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf)?\s+|^\xef\xbb\xbf/, '');
  const known = signatures.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  if (/^(?:\xff\xfe|\xfe\xff)/.test(text)) return 'text in UTF-16';
  if (head.includes(0)) return 'binary data';
  return undefined;
}
