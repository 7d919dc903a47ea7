/**
 * The h1: hash of a set of named files: what go.sum and the checksum database record of a module
 * (go.dev/ref/mod#go-sum-files; golang.org/x/mod/sumdb/dirhash "Hash1").
 */
import { decodeBase64, encodeBase64 } from '../encoding/base64.js';
import { compareBytes } from '../encoding/compare-bytes.js';
import { createSha256, sha256Hex } from '../encoding/sha256.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';

/** The content of a file, at once or in parts. */
export type Content = Uint8Array | Iterable<Uint8Array>;

const prefix = 'h1:';

/**
 * The h1: hash of files of which the SHA-256 is known, in lower-case hexadecimal. A name that comes twice counts twice.
 * Throws 'invalid-zip' for a name with a newline.
 */
export function hash1OfSums(sums: Iterable<readonly [name: string, sha256Hex: string]>): string {
  const total = createSha256();
  for (const [name, sum] of [...sums].sort((a, b) => compareBytes(a[0], b[0]))) {
    if (name.includes('\n')) {
      throw new TsgogetError('invalid-zip', 'dirhash: filenames with newlines are not supported');
    }
    total.update(encodeUtf8(`${sum}  ${name}\n`));
  }
  return prefix + encodeBase64(total.digest());
}

/** The h1: hash of the named files, each read by `open`. Throws 'invalid-zip' for a name with a newline. */
export function hash1(names: readonly string[], open: (name: string) => Content): string {
  return hash1OfSums(names.map((name) => [name, sumOf(open(name))] as const));
}

/** `hash1` for contents that are waited for; one file at a time. */
export async function hash1Async(
  names: readonly string[],
  open: (name: string) => Content | Promise<Content> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const sums: [string, string][] = [];
  for (const name of names) {
    const content = open(name);
    sums.push([name, Symbol.asyncIterator in content ? await sumOfStream(content) : sumOf(await content)]);
  }
  return hash1OfSums(sums);
}

/** The h1: hash of a go.mod file: what go.sum records for `version/go.mod`. The bytes count as they are, BOM and CRLF included. */
export function hashGoMod(data: Uint8Array): string {
  return hash1(['go.mod'], () => data);
}

/** Reports whether the text is a well-formed h1: hash: the prefix and the canonical base64 of 32 bytes. */
export function isH1(text: string): boolean {
  return text.startsWith(prefix) && decodeBase64(text.slice(prefix.length))?.length === 32;
}

function sumOf(content: Content): string {
  if (content instanceof Uint8Array) return sha256Hex(content);
  const hash = createSha256();
  for (const part of content) hash.update(part);
  return hex(hash.digest());
}

async function sumOfStream(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createSha256();
  for await (const part of content) hash.update(part);
  return hex(hash.digest());
}

/** Bytes as lower-case hexadecimal. */
function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}
