/**
 * Serves a recording (the cache/download folder of a module cache) as a module proxy with its checksum database, on loopback.
 * What the proxy of the protocol would do besides: it says that it serves the database, and cuts a narrow tile from a wider one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';

const hashBytes = 32;
const fullWidth = 256;

export interface RecordingMirror {
  readonly url: string;
  /** Answered requests, by status. */
  readonly answers: Map<number, number>;
  close(): Promise<void>;
}

export async function serveRecording(dir: string): Promise<RecordingMirror> {
  const answers = new Map<number, number>();
  const server = createServer((request, response) => {
    const body = answer(dir, decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname));
    const status = body === undefined ? 404 : 200;
    answers.set(status, (answers.get(status) ?? 0) + 1);
    response.writeHead(status).end(body ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(dir: string, path: string): Uint8Array | undefined {
  if (/^\/sumdb\/.*\/supported$/.test(path)) return new Uint8Array();
  const file = join(dir, path); // a URL's path has no dot segments
  return readIfThere(file) ?? (/^\/sumdb\/.*\/tile\//.test(path) ? cutTile(file) : undefined);
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Tiles only grow at their end: `…/067.p/5` is the beginning of `…/067` and of every `…/067.p/N` with a larger N. */
function cutTile(file: string): Uint8Array | undefined {
  const isPartial = dirname(file).endsWith('.p');
  const width = isPartial ? Number(basename(file)) : fullWidth;
  const full = isPartial ? dirname(file).slice(0, -'.p'.length) : file;
  const others = namesIn(`${full}.p`).map((name) => join(`${full}.p`, name));
  const wide = [full, ...others]
    .map(readIfThere)
    .find((tile) => tile !== undefined && tile.length >= width * hashBytes);
  return wide?.subarray(0, width * hashBytes);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
