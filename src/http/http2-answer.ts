/**
 * An answer in HTTP/2. Its body ends where the server says that it does (END_STREAM), and nowhere else: node ends a stream that was
 * reset, too.
 */
import { type ClientHttp2Stream, constants } from 'node:http2';
import { Readable } from 'node:stream';
import { onAbort } from '../async/on-abort.js';
import { quoteGo } from '../encoding/quote-go.js';
import { maxHeadBytes, ResponseHeadError } from './response-head.js';

export interface Http2Response {
  readonly statusCode: number;
  readonly headers: Record<string, string | string[]>;
  /** Fails where it is cut. */
  readonly body: Readable;
  readonly isFramed: true;
}

/** An answer that broke off, or never came: asking again may help. */
class Http2CutError extends Error {
  readonly code = 'ERR_HTTP2_CUT';
}

/** The answer on the stream of a request, as soon as its headers are here. `farewell` is what farewellOf has said, if it has. */
export function answerOf(
  stream: ClientHttp2Stream,
  signal: AbortSignal,
  farewell: () => string | undefined,
): Promise<Http2Response> {
  let hasEnd = false;
  let isWhole = false;
  let failure: Error | undefined;
  const { push } = stream;
  stream.push = (chunk, encoding) => {
    if (chunk === null && !stream.closed) hasEnd = true; // node's own ends come after the stream was closed
    return push.call(stream, chunk, encoding);
  };
  const body = new Readable({
    highWaterMark: 1 << 16,
    read: () => void stream.resume(),
    destroy: (error, done) => {
      if (!isWhole) stream.close(constants.NGHTTP2_CANCEL);
      done(error);
    },
  });
  const stopListening = onAbort(signal, () => body.destroy(signal.reason));
  stream.on('data', (chunk) => body.push(chunk) || stream.pause());
  stream.once('end', () => {
    isWhole = hasEnd;
    if (isWhole) body.push(null);
  });
  stream.on('error', (error) => {
    failure = error;
  });
  return new Promise((resolve, reject) => {
    body.on('error', reject); // before there is an answer; afterwards its reader sees it
    stream.once('close', () => {
      stopListening();
      const loss = lossOf(failure, farewell(), stream);
      reject(loss);
      if (!isWhole) body.destroy(loss);
    });
    stream.once('response', ({ ':status': status = 0, ...fields }) => {
      const headers = { ...fields } as Record<string, string | string[]>;
      const size = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
      if (size <= maxHeadBytes) resolve({ statusCode: Number(status), headers, body, isFramed: true });
      else body.destroy(new ResponseHeadError('http2: response header list larger than advertised limit'));
    });
  });
}

const codes =
  'NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL ' +
  'COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED';
const codeName = (code: number) => codes.split(' ')[code] ?? `unknown error code 0x${code.toString(16)}`;

/** What go says once the server has said that it closes the connection. */
export function farewellOf(code: number, lastStream: number, data: Buffer | undefined): string {
  const debug = quoteGo(data?.toString('latin1', 0, 100) ?? '');
  return `http2: server sent GOAWAY and closed the connection; LastStreamID=${lastStream}, ErrCode=${codeName(code)}, debug=${debug}`;
}

/** What went wrong where a stream or a session ended before its time. */
export function lossOf(failure: Error | undefined, farewell: string | undefined, stream?: ClientHttp2Stream): Error {
  const { code = '' } = (failure ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_HTTP2_STREAM_ERROR' && stream !== undefined) {
    return new Http2CutError(`stream error: stream ID ${stream.id}; ${codeName(stream.rstCode)}`);
  }
  if (code === 'ERR_HTTP2_ERROR') return new Http2CutError(failure!.message); // what the library below finds wrong
  const isLost =
    /^(?:ERR_HTTP2_(?:SESSION_ERROR|STREAM_CANCEL|GOAWAY_SESSION|INVALID_SESSION)|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR)$/.test(
      code,
    );
  return failure === undefined || isLost ? new Http2CutError(farewell ?? 'unexpected EOF') : failure;
}
