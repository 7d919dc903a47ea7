/**
 * The head of an HTTP/1 answer as Go reads it (net/textproto, net/http): lines may end in LF alone or be folded, two equal lengths are one,
 * interim answers are passed over. What the parser behind gets is one strict head; what Go refuses is refused in its words.
 */
import type { Socket } from 'node:net';
import { quoteGo } from '../encoding/quote-go.js';

/** All heads of one answer; Go's own limit is ten times this. */
export const maxHeadBytes = 1 << 20;

/** A head that is none. Asking again would bring it again. */
export class ResponseHeadError extends Error {
  readonly code = 'ERR_RESPONSE_HEAD';
}

export interface ResponseHead {
  readonly status: number;
  /** What stands behind the code, or is missing. */
  readonly reason: string | undefined;
  /** A strict head, with the bytes of its values as they were sent. */
  readonly strict: Buffer;
  /** How many bytes it was. */
  readonly length: number;
}

/** The first head in the bytes; undefined while it is not whole. Throws ResponseHeadError. */
export function readHead(bytes: Buffer): ResponseHead | undefined {
  const end = endOfHead(bytes);
  if (end === undefined) return undefined;
  const lines = bytes
    .subarray(0, end)
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const { version, status, reason } = statusOf(lines[0] ?? '');
  const fields = fieldsOf(lines.slice(1, -2));
  const framing = framingOf(fields, version);
  const kept = fields.filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name) && !name.includes(' '));
  const text = [
    `HTTP/${version} ${String(status).padStart(3, '0')} ${reason ?? ''}`,
    ...[...kept, ...framing].map(([name, value]) => `${name}: ${value}`),
  ];
  return { status, reason, strict: Buffer.from(`${text.join('\r\n')}\r\n\r\n`, 'latin1'), length: end };
}

/** Behind the empty line. */
function endOfHead(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return undefined;
}

function statusOf(line: string): { version: '1.0' | '1.1'; status: number; reason: string | undefined } {
  const [, protocol, code = '', reason] = /^([^ ]*) +([^ ]*)(?: (.*))?$/.exec(line) ?? [];
  if (protocol === undefined) throw malformed('HTTP response', line);
  if (!/^\d{3}$/.test(code)) throw malformed('HTTP status code', code);
  const [, major, minor] = /^HTTP\/(\d)\.(\d)$/.exec(protocol) ?? [];
  if (major === undefined || major === '0') throw malformed('HTTP version', protocol);
  if (Number(code) < 100) throw malformed('HTTP status code', code); // Go goes on, and takes 000 for success
  return { version: major === '1' && minor === '0' ? '1.0' : '1.1', status: Number(code), reason };
}

type Field = readonly [name: string, value: string];

function fieldsOf(lines: readonly string[]): Field[] {
  const unfolded: string[] = [];
  for (const line of lines) {
    if (!/^[ \t]/.test(line)) unfolded.push(line);
    else if (unfolded.length === 0) throw malformed('MIME header initial line', line, ': ');
    else unfolded.push(`${unfolded.pop()!.trimEnd()} ${line.trim()}`);
  }
  return unfolded.map((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) throw malformed('MIME header: missing colon', line, ': ');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
    const isValid = /^[!#$%&'*+.^_`|~\dA-Za-z -]+$/.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value);
    if (!isValid) throw malformed('MIME header line', line, ': ');
    return [name, value];
  });
}

/** The one line that says how long the body is; none when the end of the connection does. */
function framingOf(fields: readonly Field[], version: string): readonly Field[] {
  const valuesOf = (name: string) => fields.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
  const list = (values: readonly string[]) => `[${values.map((value) => quoteGo(value)).join(' ')}]`;
  const encodings = version === '1.0' ? [] : valuesOf('transfer-encoding');
  if (encodings.length > 1) throw new ResponseHeadError(`too many transfer encodings: ${list(encodings)}`);
  const [encoding] = encodings;
  if (encoding?.toLowerCase() === 'chunked') return [['Transfer-Encoding', 'chunked']];
  if (encoding !== undefined) throw new ResponseHeadError(`unsupported transfer encoding: ${quoteGo(encoding)}`);
  const lengths = valuesOf('content-length');
  const [length] = lengths;
  if (length === undefined) return [];
  if (lengths.some((other) => other !== length)) {
    throw new ResponseHeadError(`http: message cannot contain multiple Content-Length headers; got ${list(lengths)}`);
  }
  if (!/^\d{1,18}$/.test(length)) throw new ResponseHeadError(`bad Content-Length ${quoteGo(length)}`);
  return [['Content-Length', length]];
}

function malformed(what: string, shown: string, separator = ' '): ResponseHeadError {
  return new ResponseHeadError(`malformed ${what}${separator}${quoteGo(shown.slice(0, 100))}`);
}

const none = Buffer.alloc(0);

/**
 * Has what reads from a socket see strict heads: after each request that is written, what comes is read here until a head is whole.
 * Bodies pass as they are.
 */
export function readStrictly(socket: Socket): void {
  const { push, write } = socket;
  let pending: Buffer | undefined; // while a head is awaited
  let total = 0;
  socket.write = (...args: unknown[]) => {
    if (pending === undefined) [pending, total] = [none, 0];
    return (write as (...a: unknown[]) => boolean).apply(socket, args);
  };
  const take = (chunk: Buffer): boolean => {
    total += chunk.length;
    pending = Buffer.concat([pending ?? none, chunk]);
    for (;;) {
      const head = chunk.includes(10) ? readHead(pending) : undefined;
      if (total - pending.length + (head?.length ?? pending.length) > maxHeadBytes) {
        throw new ResponseHeadError(`net/http: server response headers exceeded ${maxHeadBytes} bytes; aborted`);
      }
      if (head === undefined) return true;
      const rest = pending.subarray(head.length);
      if (head.status === 101) throw new ResponseHeadError('unexpected answer: 101 Switching Protocols');
      if (head.status >= 200) {
        pending = undefined;
        return push.call(socket, Buffer.concat([head.strict, rest]));
      }
      pending = rest;
    }
  };
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (pending === undefined) return push.call(socket, chunk, encoding);
    try {
      if (chunk instanceof Uint8Array) return take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (pending.length > 0) throw malformed('HTTP response', pending.toString('latin1').split(/\r?\n/, 1)[0]!);
      return push.call(socket, chunk, encoding);
    } catch (error) {
      socket.destroy(error as Error);
      return false;
    }
  };
}
