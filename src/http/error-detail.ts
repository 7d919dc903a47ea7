/**
 * What a server says beside a status that is not 200: cut and cleaned before it reaches a terminal,
 * by the rules of the go command (cmd/go/internal/web, errorDetail).
 */
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.js';

const maxLines = 8;
const maxDetailBytes = maxLines * 81;

/** As much of an error body as is ever looked at. */
export const maxErrorBodyBytes = 16 << 10;

/** Reports whether a body with this Content-Type may be shown: plain text in UTF-8. */
export function isShowable(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'text/plain') return false;
  const charset = parameters.find((p) => p.startsWith('charset='))?.slice('charset='.length);
  return ['us-ascii', 'utf-8', '', undefined].includes(charset?.replace(/^"(.*)"$/, '$1'));
}

/** The first lines of an error body, tab-indented; '' when it is not clean text. */
export function errorDetail(body: Uint8Array): string {
  const text = decodeUtf8(body.length < maxErrorBodyBytes ? body : withoutCutCharacter(body));
  if (text === undefined) return '';
  const lines = text.split('\n').slice(0, maxLines + 1);
  if (/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\n\v\f\r]/u.test(lines.join('\n'))) return '';
  let detail = '';
  for (const [i, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, '').replace(/[\r\v\f]/g, ' ');
    if (line.trim() === '') break;
    if (i > 0) detail += '\n\t';
    if (i >= maxLines) return `${detail}[Truncated: too many lines.]`;
    if (encodeUtf8(detail).length + encodeUtf8(line).length > maxDetailBytes) return `${detail}[Truncated: too long.]`;
    detail += line;
  }
  return detail;
}

/** Ends the bytes before a character whose end was not read. */
function withoutCutCharacter(body: Uint8Array): Uint8Array {
  let end = body.length;
  while (end > 0 && (body[end - 1]! & 0xc0) === 0x80) end--;
  return body.subarray(0, Math.max(0, end - 1));
}

/** The message for an answer that is not 200. `url` is redacted. */
export function statusMessage(url: string, status: string, detail: string): string {
  if (detail === '') return `reading ${url}: ${status}`;
  return `reading ${url}: ${status}\n\tserver response:${detail.includes('\n') ? '\n\t' : ' '}${detail}`;
}
