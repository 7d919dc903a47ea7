/**
 * Pseudo-versions: versions of untagged revisions, ordered by the tag before them and the commit time
 * (go.dev/ref/mod#pseudo-versions).
 */
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { decrementDecimal, incrementDecimal } from './decimal.js';
import { InvalidVersionError } from './invalid-version.js';
import * as semver from './semver.js';

interface Parts {
  /** vX.Y.Z, without prerelease. */
  readonly release: string;
  /** What stands between release and timestamp: '' for form 1, '0.' for 2 and 3, 'pre.0.' for 4 and 5. */
  readonly lead: string;
  readonly time: string;
  readonly rev: string;
  /** '' or '+incompatible'; other metadata is syntactically possible. */
  readonly build: string;
}

function split(v: string): Parts | undefined {
  const prerelease = semver.prerelease(v).slice(1);
  const build = semver.build(v);
  const dash = prerelease.lastIndexOf('-');
  const time = prerelease.slice(Math.max(dash - 14, 0), Math.max(dash, 0));
  const rev = prerelease.slice(dash + 1);
  if (!/^[0-9]{14}$/.test(time) || !/^[0-9A-Za-z]+$/.test(rev)) return undefined;
  const release = v.slice(0, v.length - build.length - prerelease.length - 1);
  const lead = prerelease.slice(0, dash - 14);
  const fits = lead === '' ? release.endsWith('.0.0') : lead === '0.' || lead.endsWith('.0.');
  return fits ? { release, lead, time, rev, build } : undefined;
}

/** Reports whether v has the form of a pseudo-version. The timestamp need not be a time that exists. */
export function isPseudoVersion(v: string): boolean {
  return split(v) !== undefined;
}

function mustSplit(v: string): Parts {
  const parts = split(v);
  if (parts === undefined) throw new InvalidVersionError(v, 'syntax error', 'pseudo-version');
  return parts;
}

function baseOf(v: string, { release, lead, build }: Parts): string {
  if (lead === '') {
    if (build === '') return '';
    throw new InvalidVersionError(v, `lacks base version, but has build metadata ${quoteGo(build)}`, 'pseudo-version');
  }
  if (lead !== '0.') return `${release}-${lead.slice(0, -'.0.'.length)}${build}`;
  const dot = release.lastIndexOf('.') + 1;
  const patch = decrementDecimal(release.slice(dot));
  if (patch === undefined) {
    throw new InvalidVersionError(v, `version before ${release} would have negative patch number`, 'pseudo-version');
  }
  return release.slice(0, dot) + patch + build;
}

/** The tagged version that v is based on, with its '+incompatible'; '' when there is none. Throws 'invalid-version'. */
export function pseudoVersionBase(v: string): string {
  return baseOf(v, mustSplit(v));
}

/** The revision of v, usually 12 hexadecimal digits. Throws 'invalid-version'. */
export function pseudoVersionRev(v: string): string {
  return mustSplit(v).rev;
}

/** The date of 'YYYY-MM-DDThh:mm:ss' in UTC; undefined when there is no such time. */
function dateOf(local: string): Date | undefined {
  const date = new Date(`${local}Z`);
  // the platform lets February have 30 days and the day a 24th hour
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${local}.`) ? date : undefined;
}

/** The commit time of v. Throws 'invalid-version', also when the timestamp is not a time that exists. */
export function pseudoVersionTime(v: string): Date {
  const { time } = mustSplit(v);
  const date = dateOf(time.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6'));
  if (date === undefined) throw new InvalidVersionError(v, `malformed time ${quoteGo(time)}`, 'pseudo-version');
  return date;
}

export interface PseudoVersion {
  /** The tagged version before the revision, or '' when there is none (or none that makes sense). */
  readonly base: string;
  /** UTC, YYYYMMDDhhmmss; may be no time that exists. */
  readonly time: string;
  readonly rev: string;
}

/** The parts of a pseudo-version; undefined when v is none. */
export function parsePseudoVersion(v: string): PseudoVersion | undefined {
  const parts = split(v);
  if (parts === undefined) return undefined;
  let base = '';
  try {
    base = baseOf(v, parts);
  } catch {
    // form 1 with metadata, or vX.Y.0-0.: seen in the wild, based on nothing
  }
  return { base, time: parts.time, rev: parts.rev };
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

function stampOf(time: Date | string): string {
  let date: Date | undefined = typeof time === 'string' ? undefined : time;
  if (typeof time === 'string') {
    const [, local, sign, hours, minutes] = rfc3339.exec(time) ?? [];
    date = local === undefined ? undefined : dateOf(local);
    if (date !== undefined && sign !== undefined) {
      const offset = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
      date = new Date(date.getTime() - offset * 60_000);
    }
  }
  const year = date?.getUTCFullYear() ?? Number.NaN;
  if (date === undefined || !(year >= 0 && year <= 9999)) {
    throw new TsgogetError('invalid-version', `malformed time ${quoteGo(String(time))}`);
  }
  return date.toISOString().slice(0, 19).replace(/[-T:]/g, '');
}

/**
 * Makes a pseudo-version.
 * @param major 'v2'; '' stands for 'v0'. Used only when there is no older version
 * @param older the tagged version before the revision, or ''
 * @param time the commit time: a Date or RFC 3339; fractions of a second are dropped
 * @param rev usually the first 12 digits of the commit hash
 */
export function pseudoVersion(major: string, older: string, time: Date | string, rev: string): string {
  const segment = `${stampOf(time)}-${rev}`;
  const build = semver.build(older);
  const base = semver.canonical(older);
  if (base === '') return `${major === '' ? 'v0' : major}.0.0-${segment}`;
  if (semver.prerelease(older) !== '') return `${base}.0.${segment}${build}`;
  const dot = base.lastIndexOf('.') + 1;
  return `${base.slice(0, dot)}${incrementDecimal(base.slice(dot))}-0.${segment}${build}`;
}

/** The pseudo-version of no revision at all, which stands in where only a replacement is known. */
export function zeroPseudoVersion(major: string): string {
  return pseudoVersion(major, '', '0001-01-01T00:00:00Z', '000000000000');
}

/** Reports whether v is what `zeroPseudoVersion` makes. */
export function isZeroPseudoVersion(v: string): boolean {
  return v === zeroPseudoVersion(semver.major(v));
}
