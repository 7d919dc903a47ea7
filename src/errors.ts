/**
 * The one error model: a closed union of codes, a hint where a person can act, a cause.
 * The message names its subject once; only the subclass that adds a subject adds it.
 */
import { quoteControls } from './encoding/quote-go.js';

/** Every way in which tsgoget fails. A test asserts the code, never the words. */
export type ErrorCode =
  // 2: the question was wrong
  | 'usage'
  // 1: it failed, or could not be verified
  | 'invalid-path'
  | 'invalid-version'
  | 'invalid-query'
  | 'invalid-modfile'
  | 'invalid-gosum'
  | 'invalid-note'
  | 'invalid-setting'
  | 'invalid-response'
  | 'invalid-zip'
  | 'not-found'
  | 'no-matching-version'
  | 'disallowed-version'
  | 'ambiguous'
  | 'lookup-disabled'
  | 'not-witnessed'
  | 'http'
  | 'network'
  | 'timeout'
  | 'too-large'
  | 'insecure'
  | 'unsupported'
  | 'build-list'
  | 'missing-sum'
  | 'go-too-old'
  | 'cache'
  | 'not-main-module'
  | 'failed'
  | 'interrupted'
  // 3: refuted: a hash, a signature or a proof contradicts the data
  | 'checksum-mismatch'
  | 'checksum-missing'
  | 'bad-signature'
  | 'bad-proof'
  | 'log-fork'
  | 'cache-modified';

const securityCodes: ReadonlySet<ErrorCode> = new Set([
  'checksum-mismatch',
  'checksum-missing',
  'bad-signature',
  'bad-proof',
  'log-fork',
  'cache-modified',
]);

/** A request failed; not: it was answered that something is not there. */
export const requestFailures: ReadonlySet<ErrorCode> = new Set(['network', 'timeout', 'insecure', 'http']);

export interface ErrorDetails {
  /** What a person can do next; one sentence or a command. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** The go command prints this message without its own name before it. */
  readonly bare?: boolean;
}

/** An error of tsgoget. `code` is stable; `message` uses the go command's words where it has them. */
export class TsgogetError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly bare: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.bare = details.bare ?? false;
  }
}

/** The error of what has no code of its own. */
export function failed(message: string, details: ErrorDetails = {}): TsgogetError {
  return new TsgogetError('failed', message, details);
}

/** An error about a module version, "path@version: what", or about a module, "module path: what". */
export class ModuleError extends TsgogetError {
  readonly path: string;
  readonly version: string;
  /** The message without its subject. */
  readonly reason: string;

  constructor(
    code: ErrorCode,
    { path, version }: { readonly path: string; readonly version: string },
    reason: string,
    details: ErrorDetails = {},
  ) {
    const [shown, at] = [quoteControls(path), quoteControls(version)];
    super(code, `${version === '' ? `module ${shown}` : `${shown}@${at}`}: ${reason}`, details);
    this.path = path;
    this.version = version;
    this.reason = reason;
  }
}

/** An answer with a status that is not success. 404 and 410 mean "not here". */
export class HttpError extends TsgogetError {
  readonly status: number;
  /** The URL with its credentials redacted. */
  readonly url: string;

  constructor(status: number, url: string, message: string, details: ErrorDetails = {}) {
    super(status === 404 || status === 410 ? 'not-found' : 'http', message, details);
    this.status = status;
    this.url = url;
  }
}

/** A hash that contradicts what is recorded. `from` says where `want` stands: go.sum, the checksum database, … */
export class ChecksumMismatchError extends TsgogetError {
  readonly want: string;
  readonly got: string;
  readonly from: string;

  constructor(message: string, fields: { want: string; got: string; from: string }, details: ErrorDetails = {}) {
    super('checksum-mismatch', message, details);
    this.want = fields.want;
    this.got = fields.got;
    this.from = fields.from;
  }
}

/**
 * The command that tells why the hashes of a module version differ; `versionKey` may end in '/go.mod'. For hints: a person may paste it into
 * a shell, so a name that could mean something there (that of a line in a hostile go.sum) is left out.
 */
export function explainCommand(path: string, versionKey: string): string {
  const subject = `${path}@${versionKey.replace(/\/go\.mod$/, '')}`;
  return `tsgoget explain-mismatch ${/^[A-Za-z0-9][\w.~+/-]*@[\w.+-]+$/.test(subject) ? subject : 'MODULE@VERSION'}`;
}

/** Two tree heads that no one log can have signed: both notes and the proof that fails. */
export class LogForkError extends TsgogetError {
  readonly oldNote: string;
  readonly newNote: string;
  readonly proof: readonly string[];

  constructor(
    message: string,
    fields: { oldNote: string; newNote: string; proof: readonly string[] },
    details: ErrorDetails = {},
  ) {
    super('log-fork', message, details);
    this.oldNote = fields.oldNote;
    this.newNote = fields.newNote;
    this.proof = fields.proof;
  }
}

/** The errors of an error and of its causes, outermost first, cycles cut. */
export function* chain(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0) {
    const next = queue.shift();
    if (next === undefined || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    if (next instanceof AggregateError) queue.push(...next.errors);
    if (next instanceof Error) queue.push(next.cause);
  }
}

/** The first error of a class in an error, its causes and the parts of aggregates: the outermost. */
export function causeOf<T extends Error>(error: unknown, kind: abstract new (...args: never[]) => T): T | undefined {
  for (const e of chain(error)) if (e instanceof kind) return e;
  return undefined;
}

/** Reports whether the error, or what caused it, says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  for (const e of chain(error)) {
    if (e instanceof TsgogetError && e.code === 'not-found') return true;
    if (e instanceof Error && (e as NodeJS.ErrnoException).code === 'ENOENT') return true;
  }
  return false;
}

/** Reports whether the error, or what caused it, is a refutation: it is never retried, cached or fallen back from. */
export function isSecurity(error: unknown): boolean {
  for (const e of chain(error)) if (e instanceof TsgogetError && securityCodes.has(e.code)) return true;
  return false;
}

/** For `catch`: goes on with `instead` after any failure but a refutation, which is thrown again. */
export function unlessRefuted<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (isSecurity(error)) throw error;
    return instead;
  };
}

/** The exit code of an error: 3 refuted, 2 usage, 1 anything else. */
export function exitCode(error: unknown): 1 | 2 | 3 {
  if (isSecurity(error)) return 3;
  for (const e of chain(error)) if (e instanceof TsgogetError && e.code === 'usage') return 2;
  return 1;
}

/** The first hint in the error and its causes. */
export function hintOf(error: unknown): string | undefined {
  for (const e of chain(error)) if (e instanceof TsgogetError && e.hint !== undefined) return e.hint;
  return undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What stands for several errors: the only one itself, or an AggregateError of all. */
export function oneOrAll(errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new AggregateError(errors);
}

/** The errors of an AggregateError one by one, in order. */
export function flatten(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(flatten) : [error];
}
