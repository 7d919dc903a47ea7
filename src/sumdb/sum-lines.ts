/**
 * The lines of a record, and the question that they answer: is this the hash? Only exactly the asked `path version` or
 * `path version/go.mod` counts, and only in the text that has been proven (CVE-2026-42501, CVE-2026-56864).
 */
import { ChecksumMismatchError, explainCommand, ModuleError } from '../errors.js';

/** A line of a record: the hash of `version`, or of its go.mod alone when it ends in `/go.mod`. */
export interface SumLine {
  readonly version: string;
  readonly hash: string;
}

/** A record that has been proven to stand in the log. */
export interface SumRecord {
  /** The record's number. */
  readonly id: number;
  /** The size of the tree that the answer named. */
  readonly treeSize: number;
  /** Exactly the lines of the module version that was asked for, of any hash algorithm; perhaps none. */
  readonly lines: readonly SumLine[];
}

/** The lines of one module version in the text of an authenticated record. */
export function linesOf(text: string, path: string, version: string): SumLine[] {
  return text.split('\n').flatMap((line) => {
    const [linePath, lineVersion, hash, ...rest] = line.split(' ');
    const isAsked = linePath === path && (lineVersion === version || lineVersion === `${version}/go.mod`);
    return isAsked && hash && rest.length === 0 ? [{ version: lineVersion!, hash }] : [];
  });
}

/** The h1: hashes that a record's lines have for a version or its go.mod, each once. */
function hashesOf(lines: readonly SumLine[], keyVersion: string): string[] {
  return [...new Set(lines.filter((l) => l.version === keyVersion && l.hash.startsWith('h1:')).map((l) => l.hash))];
}

/** Reports whether a record has one hash of the zip and one of the go.mod file: no other is worth keeping, a later answer may be better. */
export function hasOneOfEach(lines: readonly SumLine[], version: string): boolean {
  return [version, `${version}/go.mod`].every((keyVersion) => hashesOf(lines, keyVersion).length === 1);
}

/** What is asked of a record. */
export interface HashQuestion {
  readonly path: string;
  readonly version: string;
  readonly keyVersion: string;
  readonly noun: string;
  readonly hash: string;
  readonly name: string;
}

/** Throws ChecksumMismatchError or MissingSumError unless the lines have the one hash of the algorithm h1 that is asked for. */
export function compareHash(lines: readonly SumLine[], q: HashQuestion): void {
  const hashes = hashesOf(lines, q.keyVersion);
  const other = hashes.find((hash) => hash !== q.hash);
  if (other !== undefined) {
    throw new ChecksumMismatchError(
      `${q.path}@${q.version}: verifying ${q.noun}: checksum mismatch\n\tdownloaded: ${q.hash}\n\t${q.name}: ${other}\n\n${mismatchAdvice}`,
      { want: other, got: q.hash, from: q.name },
      { hint: hintOf(q) },
    );
  }
  if (hashes.length > 0) return;
  throw new MissingSumError(
    'checksum-missing',
    q,
    `verifying ${q.noun}: checksum missing from sumdb response\n\n${missingAdvice}`,
    { hint: hintOf(q) },
  );
}

const hintOf = ({ path, version }: HashQuestion) =>
  `\`${explainCommand(path, version)}\` compares what each source has and says what differs`;

/** Throws MissingSumError, or 'checksum-mismatch', unless a record has one hash of the zip and one of the go.mod file. */
export function requireBothHashes(lines: readonly SumLine[], path: string, version: string): void {
  for (const keyVersion of [version, `${version}/go.mod`]) {
    const hashes = hashesOf(lines, keyVersion);
    if (hashes.length === 0) {
      const noun = keyVersion === version ? 'module' : 'go.mod';
      const reason = `verifying ${noun}: checksum missing from sumdb response\n\n${missingAdvice}`;
      throw new MissingSumError('checksum-missing', { path, version }, reason);
    }
    if (hashes.length > 1) {
      const reason = `SECURITY ERROR\nthe record has several hashes of ${keyVersion}: ${hashes.join(', ')}`;
      throw new ModuleError('checksum-mismatch', { path, version }, reason);
    }
  }
}

const mismatchAdvice = `SECURITY ERROR
This download does NOT match the one reported by the checksum server.
The bits may have been replaced on the origin server, or an attacker may
have intercepted the download attempt.

For more information, see 'go help module-auth'.`;

const missingAdvice = `SECURITY ERROR
This download does NOT match one reported by the checksum server.
The checksum server has provided checksums, but the checksums do
not contain an entry for the download.
The checksum server may be malfunctioning, or an attacker may have
intercepted the checksum request.
The download cannot be verified.

For more information, see 'go help module-auth'.`;

/** The record has no hash of the version that was asked about. */
export class MissingSumError extends ModuleError {}
