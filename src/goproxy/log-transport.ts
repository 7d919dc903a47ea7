/** Fetches by whole addresses, https or file: what the checksum database's client needs, which makes its own. */
import type { HttpClient } from '../http/index.js';
import { fileSource } from './file-source.js';

/** `get` rejects with a "not found" for a 404, a 410 and a missing file, and with 'too-large' past `maxBytes`. */
export function createTransport(
  http: HttpClient,
  platform: NodeJS.Platform,
): { get(url: string, maxBytes: number): Promise<Uint8Array> } {
  return {
    get: async (url, maxBytes) => {
      if (!/^file:/i.test(url)) return http.get(url, { maxBytes, isUrgent: true });
      const slash = url.lastIndexOf('/');
      return fileSource(url.slice(0, slash), platform).get(decodeURIComponent(url.slice(slash + 1)), { maxBytes });
    },
  };
}
