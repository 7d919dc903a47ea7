/**
 * The error of a module somewhere in the graph, told with the chain of requirements that leads to it,
 * and the conflict that no build list can satisfy.
 */
import { quoteControls } from '../encoding/quote-go.js';
import { ModuleError, messageOf, TsgogetError } from '../errors.js';
import { formatModuleVersion, InvalidVersionError, type ModuleVersion } from '../module/index.js';

/** An error met while the requirements of the last module of `chain` were gathered. Code 'build-list'; the cause is what failed. */
export class BuildListError extends TsgogetError {
  readonly chain: readonly ModuleVersion[];

  /** `chain` leads from a root to the module that failed, by what each requires, and is not empty. */
  constructor(cause: unknown, chain: readonly ModuleVersion[]) {
    super('build-list', chainMessage(cause, chain), { cause });
    this.chain = [...chain];
  }

  /** The module version that failed. */
  get module(): ModuleVersion {
    return this.chain.at(-1)!;
  }
}

function chainMessage(cause: unknown, chain: readonly ModuleVersion[]): string {
  // leading modules without a version are main modules: the reader knows where they stand
  const start = chain.findIndex((m) => m.version !== '');
  if (start < 0) return messageOf(cause);
  const steps = chain.slice(start, -1).map((m) => `${formatModuleVersion(m)} requires\n\t`);
  return steps.join('') + aboutModule(chain.at(-1)!, cause);
}

function aboutModule(m: ModuleVersion, cause: unknown): string {
  if (cause instanceof ModuleError) {
    if (isAbout(cause, m)) return cause.message;
    return `${formatModuleVersion(m)} (replaced by ${formatModuleVersion(cause)}): ${standaloneReason(cause)}`;
  }
  for (let e = cause, depth = 0; e instanceof Error && depth < 100; e = e.cause, depth++) {
    if (e instanceof ModuleError && isAbout(e, m)) return messageOf(cause);
  }
  const subject = `${quoteControls(m.version === '' ? `module ${m.path}` : formatModuleVersion(m))}: `;
  return messageOf(cause).startsWith(subject) ? messageOf(cause) : subject + messageOf(cause);
}

const isAbout = (e: ModuleError, m: ModuleVersion) => e.path === m.path && e.version === m.version;

/** A version error names its version itself when no `path@version` stands before it. */
const standaloneReason = (e: ModuleError) => (e.cause instanceof InvalidVersionError ? e.cause.message : e.reason);

/**
 * Why a module version that must be selected cannot be: `path` leads from it to a module whose version
 * is above the one asked for in `constraint`, or whose requirements cannot be loaded (`error`).
 */
export interface Conflict {
  readonly path: readonly ModuleVersion[];
  readonly constraint?: ModuleVersion;
  readonly error?: unknown;
}

/** The first and the last module of a conflict, in one line. */
export function conflictSummary(c: Conflict): string {
  const first = formatModuleVersion(c.path[0]!);
  const last = formatModuleVersion(c.path.at(-1)!);
  const wanted = c.constraint?.version ?? '';
  if (c.path.length === 1)
    return c.error === undefined ? `${first} is above ${wanted}` : `${first}: ${conflictReason(c)}`;
  const chain = `${first} ${c.path.length > 2 ? 'indirectly ' : ''}requires ${last}`;
  return c.error === undefined ? `${chain}, but ${wanted} is requested` : `${chain}: ${conflictReason(c)}`;
}

/** The whole chain of a conflict, one module a line. */
export function formatConflict(c: Conflict): string {
  let text = c.path.map(formatModuleVersion).join(' requires\n\t');
  if (c.path.length === 1) text += ' found';
  if (c.constraint) text += `, but ${c.constraint.version} is requested`;
  if (c.error !== undefined) text += `: ${conflictReason(c)}`;
  return text;
}

/** The error of a conflict in words, without the name of its last module where it is about that one. */
export function conflictReason(c: Conflict): string {
  return c.error instanceof ModuleError && isAbout(c.error, c.path.at(-1)!) ? c.error.reason : messageOf(c.error);
}
