/**
 * The .info files of the module cache, byte for byte as the go command writes them,
 * so that the two share one cache (go.dev/ref/mod#module-cache).
 */
import { encodeUtf8 } from '../encoding/utf8.js';
import { formatGoJson } from '../gojson/index.js';
import { parseRevInfo, type RevInfo } from '../goproxy/index.js';
import { parseTime } from '../goproxy/time.js';
import { hasRule } from '../gover/index.js';
import { isPseudoVersion } from '../module/index.js';

/** Where a version came from, as the proxy says: not authenticated. */
export interface Origin {
  readonly VCS?: string;
  readonly URL?: string;
  readonly Subdir?: string;
  readonly Hash?: string;
  readonly TagPrefix?: string;
  readonly TagSum?: string;
  readonly Ref?: string;
  readonly RepoSum?: string;
}

const originFields = ['VCS', 'URL', 'Subdir', 'Hash', 'TagPrefix', 'TagSum', 'Ref', 'RepoSum'] as const;

/** What a proxy says of a version. `time` is RFC 3339 as the go command prints it; undefined is Go's zero time. */
export interface VersionInfo {
  readonly version: string;
  readonly time?: string | undefined;
  readonly origin?: Origin | undefined;
}

/** Go's zero time, which stands in a file where no time is known. */
export const zeroTime = '0001-01-01T00:00:00Z';

/** RFC 3339 as Go's time.Time prints it again: no trailing zeros in the fraction, Z for a zero offset. Undefined when it is not a time. */
export function normalizeTime(text: string): string | undefined {
  const m = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (m === null || parseTime(text) === undefined) return undefined;
  const fraction = (m[3] ?? '').slice(0, 9).replace(/0+$/, '');
  const zone = m[4] === '+00:00' || m[4] === '-00:00' ? 'Z' : m[4];
  return `${m[1]}T${m[2]}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}

/** The known fields of an origin; undefined when it is none. */
export function readOrigin(value: unknown): Origin | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const found = originFields.flatMap((name) => {
    const text = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof text === 'string' && text !== '' ? [[name, text] as const] : [];
  });
  return Object.fromEntries(found);
}

/** An origin with its fields in the order in which a release prints them. */
export function orderedOrigin(origin: Origin, goVersion: string): Origin {
  if (hasRule(goVersion, 'origin-of-queries')) return origin;
  const { Hash, RepoSum, ...others } = origin;
  return { ...others, ...(Hash !== undefined && { Hash }), ...(RepoSum !== undefined && { RepoSum }) };
}

/** What a proxy's answer or a file of the cache says. */
export function versionInfo({ version, time, origin }: RevInfo): VersionInfo {
  const normal = time === undefined ? undefined : normalizeTime(time);
  return { version, time: normal === zeroTime ? undefined : normal, origin: readOrigin(origin) };
}

/** Parses an .info file of the cache; undefined when it is not one. */
export function parseInfoFile(data: Uint8Array): VersionInfo | undefined {
  try {
    const info = versionInfo(parseRevInfo(data));
    return info.version === '' ? undefined : info;
  } catch {
    return undefined;
  }
}

/** The bytes of an .info file. What is not the same from day to day (tag and repository sums) is left out. */
export function formatInfoFile(info: VersionInfo): Uint8Array {
  const fields = new Map<string, unknown>([
    ['Version', info.version],
    ['Time', info.time ?? zeroTime],
  ]);
  if (info.origin !== undefined) {
    const dropped = new Set<string>(['TagPrefix', 'TagSum', 'RepoSum']);
    if (isPseudoVersion(info.version)) dropped.add('Ref');
    const kept = originFields.filter((name) => !dropped.has(name) && info.origin?.[name] !== undefined);
    fields.set('Origin', new Map(kept.map((name) => [name, info.origin?.[name]])));
  }
  return encodeUtf8(formatGoJson(fields, {}));
}
