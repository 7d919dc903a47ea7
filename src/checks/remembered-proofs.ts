/**
 * What earlier runs have proven, in a file of ours in the module cache: a proof file, as `proof export` writes it. It is
 * verified again whenever it is read, so that nobody gains by writing it, and it counts only if its tree head is on the
 * timeline that is trusted now.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../encoding/sha256.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { LogForkError, TsgogetError } from '../errors.js';
import { readWholeFile } from '../files/read-file.js';
import { writeFileAtomic } from '../modcache/index.js';
import type { ModuleVersion } from '../module/index.js';
import { formatProofFile, maxProofFileBytes } from '../proof/index.js';
import type { OpenedProof, SumDb } from '../sumdb/index.js';
import type { ProvenRecord, RecordSource } from './verify-go-sum.js';

/** More module versions are not remembered. */
const maxRemembered = 40_000;

/** Where the proofs of a checkout are kept. */
export interface Memory {
  /** GOMODCACHE. */
  readonly cacheDir: string;
  readonly sumdb: SumDb;
  /** The folder of the checkout. */
  readonly root: string;
}

const fileOf = ({ cacheDir, sumdb, root }: Memory) =>
  join(cacheDir, 'cache', 'tsgoget', 'proofs', `${sha256Hex(encodeUtf8(`${sumdb.name}\n${root}`))}.proof`);

/**
 * Looks records up, but for those that the memory has; `learn` remembers what was proven, if any of it is new. A memory that
 * cannot be read, or is not true, is none. Throws LogForkError when its signed head contradicts what is trusted.
 */
export async function rememberingSource(
  memory: Memory,
  readsMemory: boolean,
): Promise<Required<RecordSource> & { learn(proven: readonly ModuleVersion[]): Promise<void> }> {
  const { sumdb } = memory;
  const old = readsMemory ? await readMemory(memory) : undefined;
  let isNew = false;
  return {
    name: sumdb.name,
    find: async (path, version): Promise<ProvenRecord> => {
      const known = old?.find(path, version);
      if (known !== undefined && known.lines.length > 0) return { ...known, remembered: true };
      isNew = true;
      return { ...(await sumdb.lookup(path, version)), remembered: false };
    },
    keep: async (path, version, { remembered }) => {
      if (!remembered) await sumdb.keep(path, version);
    },
    learn: async (proven) => {
      if (!isNew || proven.length === 0 || proven.length > maxRemembered) return;
      await writeMemory(memory, proven).catch((error: unknown) => {
        // not to remember is no failure
        if (mustBeTold(error)) throw error;
      });
    },
  };
}

async function readMemory(memory: Memory): Promise<OpenedProof | undefined> {
  try {
    const file = fileOf(memory);
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
    const bytes = readWholeFile(file, maxProofFileBytes);
    if (bytes === undefined) return undefined;
    const opened = await memory.sumdb.openProof(bytes);
    if (opened.order === 'first') return undefined; // no head is trusted here: it shall not come from this file
    await memory.sumdb.trust(encodeUtf8(opened.head.note));
    return opened;
  } catch (error) {
    if (mustBeTold(error)) throw error;
    return undefined;
  }
}

async function writeMemory(memory: Memory, proven: readonly ModuleVersion[]): Promise<void> {
  const text = formatProofFile(await memory.sumdb.prove(proven));
  await writeFileAtomic(fileOf(memory), encodeUtf8(text));
}

/** A file that cannot be read or written is none; a fork, an interruption and our own mistakes are something else. */
function mustBeTold(error: unknown): boolean {
  if (error instanceof LogForkError) return true;
  if (error instanceof TsgogetError) return error.code === 'interrupted';
  return (error as NodeJS.ErrnoException).syscall === undefined;
}
