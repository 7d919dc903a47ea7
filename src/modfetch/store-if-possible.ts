/**
 * Answers are stored to save asking again: where the disk refuses them, the run goes on without, as go does.
 * What is proven stays so: a file that is not there is asked for and proven again.
 */
import { messageOf, TsgogetError } from '../errors.js';
import { hasRule } from '../gover/index.js';

export interface StoringOptions {
  /** The Go release that is followed, as '1.26.8'. */
  readonly goVersion: string;
  /** Called with what could not be stored, in go's words. */
  readonly onUnstored?: (words: string) => void;
}

/** Writes a file of the module cache. False where the disk refuses it, which is told; that it is read-only, until Go 1.27 alone. */
export async function storeIfPossible(
  what: string,
  write: () => Promise<void>,
  options: StoringOptions,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof TsgogetError) || error.code !== 'cache') throw error;
    const isReadOnly = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EROFS';
    if (!isReadOnly || !hasRule(options.goVersion, 'readonly-cache-is-silent')) {
      options.onUnstored?.(`writing ${what} cache: ${messageOf(error)}`);
    }
    return false;
  }
}
