/** Merges the sides of a go.sum and proves the result by the checksum database before it is written. */
import { oneOrAll, TsgogetError } from '../errors.js';
import { type UnusableLine, unionSums } from '../gosum/index.js';
import type { SourceTree } from '../sourcetree/index.js';
import type { SumDb } from '../sumdb/index.js';

export interface UnitedSums {
  readonly lines: number;
  readonly proven: number;
  /** Lines of modules that the settings keep from the checksum database. */
  readonly unproven: number;
  readonly unusable: readonly UnusableLine[];
  readonly conflicts: number;
  /** False where the file is already what it should be. */
  readonly isWritten: boolean;
}

/**
 * Writes a sum file anew: the lines of both sides, each of which the checksum database proves, in go's order. Throws
 * 'checksum-mismatch', for two hashes of a module that is not looked up too, what else a look-up throws, 'not-found', 'failed' and
 * 'invalid-gosum'; then nothing is written.
 */
export async function uniteSums(tree: SourceTree, file: string, sumdb: SumDb): Promise<UnitedSums> {
  const data = await tree.read(file);
  if (data === undefined) throw new TsgogetError('not-found', `open ${file}: no such file or directory`);
  const { sums, unusable, conflicts } = unionSums(data);
  const lines = [...sums.entries()].flatMap(({ path, version, hashes }) =>
    hashes.map((hash) => ({ path, version, hash, isOnly: hashes.length === 1 })),
  );
  const asked = lines.filter(({ path }) => sumdb.decide(path) === 'check');
  const errors = await Promise.all(
    lines.map(async ({ path, version, hash, isOnly }) => {
      if (sumdb.decide(path) !== 'check')
        return isOnly ? undefined : contradiction(path, version, sums.get(path, version));
      return sumdb.requireHash(path, version, hash).then(
        () => undefined,
        (error: unknown) => error,
      );
    }),
  );
  const failures = [...new Set(errors)].filter((error) => error !== undefined);
  if (failures.length > 0) throw oneOrAll(failures);
  await sumdb.flush(); // nothing is recorded before the tree head that it was proven against is stored
  const text = Buffer.from(sums.format());
  const isWritten = Buffer.compare(text, data) !== 0;
  if (isWritten) {
    await tree.transform(file, (now) => {
      if (Buffer.compare(now, data) !== 0)
        throw new TsgogetError('failed', `${file} changed meanwhile; not overwriting`);
      return text;
    });
  }
  const unproven = lines.length - asked.length;
  return { lines: lines.length, proven: asked.length, unproven, unusable, conflicts, isWritten };
}

function contradiction(path: string, version: string, hashes: readonly string[]): TsgogetError {
  const words = `${path}@${version}: two hashes, and the checksum database is not asked about this module:\n\t${hashes.join('\n\t')}`;
  return new TsgogetError('checksum-mismatch', words, {
    hint: 'find out which is true, and remove the line of the other',
  });
}
