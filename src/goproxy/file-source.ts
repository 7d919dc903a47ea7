/**
 * A proxy that is a folder: `file:///path`, such as cache/download of a module cache.
 * Messages are the go command's: a missing file is a 404 in its words.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { HttpError, TsgogetError } from '../errors.js';
import { openFlags, requireRegular } from '../files/read-file.js';
import { escapeElement, pathElements } from './paths.js';
import type { Source } from './source.js';

const chunkBytes = 1 << 16;

export function fileSource(base: string, platform: NodeJS.Platform): Source {
  const root = folderOf(base, platform);
  const shownRoot = `file://${shownPath(base, platform)}`;
  const separator = platform === 'win32' ? '\\' : '/';

  /** Reads a file in pieces, as far as `maxBytes`. */
  async function read(relative: string, maxBytes: number, take: (chunk: Uint8Array) => unknown): Promise<number> {
    const elements = pathElements(relative);
    const shown = `${shownRoot}/${elements.map(escapeElement).join('/')}`;
    const file = await openFile([root, ...elements].join(separator), shown);
    const tooLarge = () => new TsgogetError('too-large', `reading ${shown}: file is larger than ${maxBytes} bytes`);
    try {
      if ((await file.stat()).size > maxBytes) throw tooLarge(); // it may be nothing but holes
      let total = 0;
      for (;;) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(chunkBytes));
        if (bytesRead === 0) return total;
        total += bytesRead;
        if (total > maxBytes) throw tooLarge();
        await take(buffer.subarray(0, bytesRead));
      }
    } catch (error) {
      throw error instanceof TsgogetError || !isErrno(error) ? error : failed('read', shown, error);
    } finally {
      await file.close();
    }
  }

  return {
    async get(relative, { maxBytes }) {
      const chunks: Uint8Array[] = [];
      await read(relative, maxBytes, (chunk) => chunks.push(chunk));
      return new Uint8Array(Buffer.concat(chunks));
    },
    async download(relative, { maxBytes, sink: openSink }) {
      let sink: Awaited<ReturnType<typeof openSink>> | undefined;
      try {
        const bytes = await read(relative, maxBytes, async (chunk) => {
          sink ??= await openSink();
          await sink.write(chunk);
        });
        sink ??= await openSink(); // an empty file
        await sink.close();
        return { bytes };
      } catch (error) {
        await sink?.abort();
        throw error;
      }
    },
  };
}

const encodedPath = (url: string) => url.replace(/^file:(?:\/\/)?/i, '').replace(/\/+$/, '');

function decodedPath(url: string): string {
  try {
    return decodeURIComponent(encodedPath(url));
  } catch {
    throw new TsgogetError('invalid-setting', `invalid URL escape in ${url}`);
  }
}

/** Without `.`, `..` and doubled slashes, by the words alone: no folder need be there that `..` leads out of (Go's path.Clean). */
const cleaned = (path: string) => posix.join('/', path).replace(/\/$/, '');

/** The path of a file URL as messages show it. */
function shownPath(url: string, platform: NodeJS.Platform): string {
  const path = decodedPath(url);
  if (platform === 'win32' || path === cleaned(path)) return encodedPath(url);
  return cleaned(path).split('/').map(encodeURIComponent).join('/');
}

/** The folder of a file URL: %-escapes decoded, then cleaned; on Windows `file:///C:/dir` is C:\dir. */
export function folderOf(url: string, platform: NodeJS.Platform): string {
  const path = cleaned(decodedPath(url));
  if (path.includes('\0')) throw new TsgogetError('invalid-setting', 'invalid file:// proxy URL: NUL in path');
  if (platform !== 'win32') return path;
  if (!/^\/[A-Za-z]:(?:\/|$)/.test(path)) throw new TsgogetError('invalid-setting', 'file URL missing drive letter');
  return path.slice(1).replaceAll('/', '\\');
}

/** A pipe in the place of a file is not waited for. */
async function openRegular(file: string): Promise<FileHandle> {
  const handle = await open(file, openFlags);
  try {
    requireRegular(await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(file: string, shown: string): Promise<FileHandle> {
  try {
    return await openRegular(file);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT') throw new HttpError(404, shown, `reading ${shown}: no such file or directory`);
    if (error.code === 'EACCES' || error.code === 'EPERM') {
      throw new HttpError(403, shown, `reading ${shown}: permission denied`);
    }
    throw failed('open', shown, error);
  }
}

const words: Record<string, string> = {
  EFTYPE: 'not a regular file',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
};

function failed(what: string, shown: string, error: NodeJS.ErrnoException): TsgogetError {
  return new TsgogetError('failed', `${what} ${shown}: ${words[error.code ?? ''] ?? error.code}`, { cause: error });
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}
