/**
 * `-reuse`: the answers of an earlier run, as it printed them in JSON, and whether one of them still stands. What a repository
 * says of itself (`Origin`) is compared with what it says now; a proxy cannot be asked that, and so is asked everything again
 * (go.dev/ref/mod#go-mod-download).
 */
import { quoteGo, quoteGoRune } from '../../encoding/quote-go.js';
import { decodeUtf8 } from '../../encoding/utf8.js';
import { messageOf, TsgogetError } from '../../errors.js';
import { parseGoJson } from '../../gojson/index.js';
import { normalizeTime, readOrigin } from '../../modfetch/index.js';
import { keyOf } from '../../module/index.js';
import type { ModulePublic } from './module-public.js';

/** Earlier modules by the key of the module version, or of the path and the query: those alone that say where they came from. */
export type EarlierModules = ReadonlyMap<string, ModulePublic>;

/**
 * Reads the JSON objects that `mod download -json` or `list -m -json` printed, one after the other. Members that these do not
 * have are passed over. Throws 'failed', with `name` as the file's, for what is no such object.
 */
export function parseReuse(name: string, data: Uint8Array): EarlierModules {
  const reuse = new Map<string, ModulePublic>();
  try {
    for (const text of topLevelValues(decodeUtf8(data) ?? '\ufffd')) {
      const m = readModule(parseGoJson(text));
      if (m.Origin === undefined) continue;
      const old = { ...m, Reuse: true };
      reuse.set(keyOf({ path: m.Path, version: m.Version ?? '' }), old);
      if (m.Query) reuse.set(keyOf({ path: m.Path, version: m.Query }), old);
    }
  } catch (error) {
    throw new TsgogetError('failed', `parsing ${name}: ${messageOf(error)}`, { cause: error });
  }
  return reuse;
}

/** The texts of the values that follow one another. They are balanced; whether each is JSON, its parser says. */
function* topLevelValues(text: string): Generator<string> {
  const token = /["[{]|[\]}]|[ \t\r\n]+|[^\s"[\]{}]+|[\s\S]/gy;
  let depth = 0;
  let start = 0;
  for (let m = token.exec(text); m !== null; m = token.exec(text)) {
    const [word] = m;
    if (word === '"') token.lastIndex = stringEnd(text, token.lastIndex);
    if (depth === 0) {
      if (/^[ \t\r\n]/.test(word)) continue;
      if (!/^[[{"\-0-9tfn]/.test(word)) {
        throw new Error(`invalid character ${quoteGoRune(word)} looking for beginning of value`);
      }
      start = m.index;
    }
    if (word === '{' || word === '[') depth++;
    else if (word === '}' || word === ']') depth--;
    if (depth === 0) yield text.slice(start, token.lastIndex);
  }
  if (depth > 0) throw new Error('unexpected EOF');
}

/** Where the string is over whose text begins at `start`. A search by expression would run out of stack over some megabytes. */
function stringEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

type Kind = 'string' | 'bool' | 'module' | 'strings' | 'time' | 'error' | 'origin';

const kinds: Readonly<Record<keyof ModulePublic, Kind>> = {
  Path: 'string',
  Version: 'string',
  Query: 'string',
  Versions: 'strings',
  Replace: 'module',
  Time: 'time',
  Update: 'module',
  Main: 'bool',
  Indirect: 'bool',
  Dir: 'string',
  GoMod: 'string',
  GoVersion: 'string',
  Retracted: 'strings',
  Deprecated: 'string',
  Error: 'error',
  Sum: 'string',
  GoModSum: 'string',
  Origin: 'origin',
  Reuse: 'bool',
};
/** Go matches member names without regard to case. */
const fieldsByName = new Map((Object.keys(kinds) as (keyof ModulePublic)[]).map((name) => [name.toLowerCase(), name]));

/** `field` is where the module stands; undefined at the top. */
function readModule(value: unknown, field?: string): ModulePublic {
  if (value === null) return { Path: '' };
  const m: Record<string, unknown> = { Path: '' };
  for (const [name, member] of Object.entries(requireObject(value, field, 'modinfo.ModulePublic'))) {
    const known = fieldsByName.get(name.toLowerCase());
    if (known === undefined || member === null) continue;
    m[known] = readField(kinds[known], member, `ModulePublic.${known}`);
  }
  return m as unknown as ModulePublic;
}

function readField(kind: Kind, value: unknown, field: string): unknown {
  switch (kind) {
    case 'module':
      return readModule(value, field);
    case 'origin':
      return readOrigin(requireObject(value, field, 'codehost.Origin'));
    case 'error':
      // `mod download` prints the words, `list -m` an object
      if (typeof value === 'string') return { Err: value };
      return { Err: requireString(requireObject(value, field, 'modinfo.moduleErrorNoMethods').Err ?? '', field) };
    case 'strings':
      if (!Array.isArray(value)) throw mismatch(value, field, '[]string');
      return value.map((one) => requireString(one ?? '', field));
    case 'time': {
      const text = requireString(value, field);
      const time = normalizeTime(text);
      if (time === undefined) throw new Error(`parsing time ${quoteGo(text)}: not in RFC 3339 format`);
      return time;
    }
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(value, field, 'bool');
      return value;
    default:
      return requireString(value, field);
  }
}

function requireString(value: unknown, field: string): string {
  if (typeof value !== 'string') throw mismatch(value, field, 'string');
  return value;
}

function requireObject(value: unknown, field: string | undefined, type: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (field !== undefined) throw mismatch(value, field, type);
  throw new Error(`json: cannot unmarshal ${kindOf(value)} into Go value of type ${type}`);
}

function mismatch(value: unknown, field: string, type: string): Error {
  return new Error(`json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${type}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
