/** The module path of a go.mod that need not parse: what matters before anything else in it does. */
import { decodeText, trimSpace, unquoteText } from './mod-text.js';

/** The path of the first module line, whatever the rest of the file holds; '' when there is none. */
export function modulePath(data: Uint8Array | string): string {
  const text = typeof data === 'string' ? data : decodeText(data);
  for (let start = 0; start < text.length; ) {
    const lf = text.indexOf('\n', start);
    const end = lf < 0 ? text.length : lf;
    const path = moduleOfLine(text.slice(start, end));
    if (path !== undefined) return path;
    start = end + 1;
  }
  return '';
}

function moduleOfLine(line: string): string | undefined {
  const slashes = line.indexOf('//');
  const text = trimSpace(slashes < 0 ? line : line.slice(0, slashes));
  if (!text.startsWith('module')) return undefined;
  const rest = text.slice('module'.length);
  const path = trimSpace(rest);
  if (path === '' || path.length === rest.length) return undefined;
  if (path[0] === '"' || path[0] === '`') return unquoteText(path) ?? '';
  return path;
}
