/**
 * The JSON of .info and @latest, whether a proxy answers it or the module cache holds it. Nothing in it is authenticated: the version is
 * checked by the caller, the time proves nothing, and the rest is carried as it came. Read as Go's encoding/json reads it into a struct.
 */
import { quoteGo } from '../encoding/quote-go.js';
import { decodeUtf8 } from '../encoding/utf8.js';
import { parseGoJson } from '../gojson/index.js';
import { parseTime } from './time.js';

export interface RevInfo {
  readonly version: string;
  /** RFC 3339, as sent. */
  readonly time?: string;
  /** Where the proxy says that the version comes from: a JSON object, unchecked. */
  readonly origin?: object;
}

/** Reads an answer or a file. Throws an Error whose message says what is wrong with it. */
export function parseRevInfo(data: Uint8Array): RevInfo {
  const json = decodeUtf8(data);
  if (json === undefined) throw new Error('invalid UTF-8');
  const value = parseGoJson(json);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`json: cannot unmarshal ${kindOf(value)} into Go value of type modfetch.RevInfo`);
  }
  const fields: { version?: string; time?: string; origin?: object } = {};
  for (const [name, field] of Object.entries(value)) {
    if (field === null) continue;
    const key = name.toLowerCase(); // Go matches field names without regard to case
    if (key === 'version') fields.version = text('Version', field);
    else if (key === 'time') fields.time = timeText(field);
    else if (key === 'origin') fields.origin = object(field);
  }
  return { version: '', ...fields };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function text(name: string, field: unknown): string {
  if (typeof field === 'string') return field;
  throw new Error(`json: cannot unmarshal ${kindOf(field)} into Go struct field RevInfo.${name} of type string`);
}

function timeText(field: unknown): string {
  if (typeof field !== 'string') throw new Error('Time.UnmarshalJSON: input is not a JSON string');
  if (parseTime(field) === undefined) throw new Error(`parsing time ${quoteGo(field)}: not in RFC 3339 format`);
  return field;
}

function object(field: unknown): object {
  if (typeof field === 'object' && field !== null && !Array.isArray(field)) return field;
  throw new Error(
    `json: cannot unmarshal ${kindOf(field)} into Go struct field RevInfo.Origin of type codehost.Origin`,
  );
}
