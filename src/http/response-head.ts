/**
 * The head of an HTTP/1 answer as Go reads it (net/textproto, net/http): lines may end in LF alone or be folded, two equal lengths are one,
 * interim answers are passed over. What the parser behind gets is one strict head; what Go refuses is refused in its words.
 */
import type { Socket } from 'node:net';
import { quoteGo } from '../encoding/quote-go.js';
import { ByteQueue } from './byte-queue.js';

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
  /** It was sent so. */
  readonly isAsSent: boolean;
  /** How many bytes it was. */
  readonly length: number;
}

/** The first head in the bytes, of which those before `from` hold no end; undefined while it is not whole. Throws ResponseHeadError. */
export function readHead(bytes: Buffer, from = 0): ResponseHead | undefined {
  const usual = readUsualHead(bytes, from);
  if (usual !== undefined) return usual;
  const end = endOfHead(bytes, from);
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
  const strict = Buffer.from(`${text.join('\r\n')}\r\n\r\n`, 'latin1');
  return { status, reason, strict, isAsSent: false, length: end };
}

const maxUsualBytes = 1 << 14;
const usualEnd = Buffer.from('\r\n\r\n');
const usualPattern =
  /^HTTP\/1\.1 ([2-5]\d\d)(?: ([^\r\n]*))?\r\n(?:[!#$%&'*+.^_`|~\dA-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

/** The usual head, which stays as it is: HTTP/1.1, and one line alone says how long the body is. */
function readUsualHead(bytes: Buffer, from: number): ResponseHead | undefined {
  const length = bytes.indexOf(usualEnd, from) + usualEnd.length;
  if (length < usualEnd.length || length > maxUsualBytes) return undefined;
  const text = bytes.toString('latin1', 0, length);
  const [, status, reason] = usualPattern.exec(text) ?? [];
  if (status === undefined) return undefined;
  const framing = text.match(/\n(?:content-length|transfer-encoding):[^\r]*/gi) ?? [];
  if (framing.length !== 1 || !/^\n(?:content-length: ?\d{1,18}|transfer-encoding: ?chunked)$/i.test(framing[0]!))
    return undefined;
  return { status: Number(status), reason, strict: bytes.subarray(0, length), isAsSent: true, length };
}

/** Behind the empty line. */
function endOfHead(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
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

const reader = Symbol('head reader');

/** A socket whose methods look for heads. The functions are the same for all: those of its own would be called more slowly. */
interface StrictSocket extends Socket {
  [reader]: HeadReader;
}

/** What stands between the bytes that come on a socket and what reads from it. */
class HeadReader {
  readonly push: (chunk: unknown, encoding?: BufferEncoding) => boolean;
  readonly write: Socket['write'];
  /** While a head is awaited. */
  #pending: ByteQueue | undefined;
  #passedBytes = 0; // of interim heads

  constructor(socket: Socket) {
    ({ push: this.push, write: this.write } = socket);
  }

  /** A request goes out: a head will come. */
  expectHead(): void {
    if (this.#pending !== undefined) return;
    this.#pending = new ByteQueue();
    this.#passedBytes = 0;
  }

  /** What may be read of a piece: undefined while a head is not whole. Throws ResponseHeadError. */
  readable(chunk: unknown): unknown {
    const queue = this.#pending;
    if (queue === undefined) return chunk;
    if (!(chunk instanceof Uint8Array)) {
      if (queue.bytes.length === 0) return chunk;
      throw malformed('HTTP response', queue.bytes.toString('latin1').split(/\r?\n/, 1)[0]!);
    }
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let from = queue.append(bytes); ; from = 0) {
      const head = readHead(queue.bytes, from);
      if (this.#passedBytes + (head?.length ?? queue.bytes.length) > maxHeadBytes) {
        throw new ResponseHeadError(`net/http: server response headers exceeded ${maxHeadBytes} bytes; aborted`);
      }
      if (head === undefined) return undefined;
      if (head.status === 101) throw new ResponseHeadError('unexpected answer: 101 Switching Protocols');
      const rest = queue.bytes.subarray(head.length);
      if (head.status >= 200) {
        this.#pending = undefined;
        return head.isAsSent ? queue.bytes : Buffer.concat([head.strict, rest]);
      }
      this.#passedBytes += head.length;
      queue.bytes = rest;
    }
  }
}

function strictPush(this: StrictSocket, chunk: unknown, encoding?: BufferEncoding): boolean {
  const heads = this[reader];
  try {
    const readable = heads.readable(chunk);
    return readable === undefined || heads.push.call(this, readable, encoding);
  } catch (error) {
    this.destroy(error as Error);
    return false;
  }
}

function strictWrite(this: StrictSocket, ...args: Parameters<Socket['write']>): boolean {
  const heads = this[reader];
  heads.expectHead();
  return heads.write.apply(this, args);
}

/**
 * Has what reads from a socket see strict heads: after each request that is written, what comes is read here until a head is whole.
 * Bodies pass as they are.
 */
export function readStrictly(socket: Socket): void {
  Object.assign(socket, { [reader]: new HeadReader(socket), push: strictPush, write: strictWrite });
}
