/** A proxy that is a web server. */
import type { HttpClient } from '../http/index.js';
import { escapeElement, pathElements } from './paths.js';
import type { Source } from './source.js';

export function httpSource(base: string, http: HttpClient): Source {
  const root = new URL(base);
  const prefix = `${root.pathname.split('/').filter(Boolean).join('/')}/`.replace(/^\//, '');
  const urlOf = (relative: string) => {
    const url = new URL(root);
    url.pathname = `/${prefix}${pathElements(relative).map(escapeElement).join('/')}`;
    url.hash = '';
    return url.href;
  };
  return {
    get: async (relative, options) => http.get(urlOf(relative), options),
    download: async (relative, options) => http.download(urlOf(relative), options),
  };
}
