/**
 * Proof files of one log: made of records that it has, and opened without asking anybody.
 * The format is that of `proof/`; docs/proof-format.md describes it.
 */
import { encodeUtf8 } from '../encoding/utf8.js';
import { isSecurity, LogForkError, messageOf, TsgogetError } from '../errors.js';
import { keyOf, type ModuleVersion } from '../module/index.js';
import { checkProofFile, type ProofFile, parseProofFile, proveRecords } from '../proof/index.js';
import type { HeadOrder, LogHeads } from './log-heads.js';
import type { ProvenLog } from './proven-log.js';
import type { SignedHead } from './signed-head.js';
import { linesOf, type SumRecord } from './sum-lines.js';

/** The records of a proof file, all of them proven. */
export interface OpenedProof {
  readonly head: SignedHead;
  readonly order: HeadOrder;
  readonly recordCount: number;
  /** The record of a module version; undefined when the file has none. */
  readonly find: (path: string, version: string) => SumRecord | undefined;
}

/**
 * Proves module versions against one tree head, for a reader without a network. Rejects as `find` does; stores nothing.
 */
export async function proveModules(log: ProvenLog, modules: readonly ModuleVersion[]): Promise<ProofFile> {
  const found = await Promise.all(modules.map(({ path, version }) => log.find(path, version)));
  const { note } = await log.heads.newest();
  const { tree } = log.heads.trusted;
  const texts = new Map(found.map(({ record, text }) => [record.id, text]));
  const ids = [...texts.keys()].sort((a, b) => a - b);
  const hashes = await Promise.all(proveRecords(ids, tree.head.size, (range) => tree.rangeHash(range)));
  const proof = { records: ids.map((id) => ({ id, text: texts.get(id)! })), hashes, note };
  checkProofFile(proof, tree.head);
  return proof;
}

/**
 * Proves the records of a file that `proveModules` made somewhere: asks nobody, and stores nothing but the evidence of a fork.
 * Throws 'bad-proof' or 'bad-signature' for a false file, 'not-witnessed', and LogForkError where the stored head has the
 * size of the file's and another hash.
 */
export async function openProof(heads: LogHeads, bytes: Uint8Array): Promise<OpenedProof> {
  heads.requireNoFork();
  const file = parseProofFile(bytes);
  const head = headOf(file, heads);
  // before the records: they cannot lead to another history's root, and a fork is more than a false file
  const compared = await heads.compareToStored(head).catch((error: unknown) => {
    if (error instanceof LogForkError) throw error;
    return { error };
  });
  checkProofFile(file, head);
  const find = indexRecords(file, head.size);
  if (typeof compared === 'object') throw compared.error;
  const order = compared;
  return { head, order, recordCount: file.records.length, find };
}

function headOf({ note }: ProofFile, heads: LogHeads): SignedHead {
  try {
    return heads.open(encodeUtf8(note));
  } catch (error) {
    if (isSecurity(error)) throw error;
    throw new TsgogetError('bad-proof', `malformed proof file: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Finds records by the module version that their lines name. Throws 'bad-proof' when two records name one: the log must
 * say one thing of it.
 */
function indexRecords(
  { records }: ProofFile,
  treeSize: number,
): (path: string, version: string) => SumRecord | undefined {
  const found = new Map<string, ProofFile['records'][number]>();
  for (const record of records) {
    for (const line of record.text.split('\n')) {
      const [path = '', keyVersion = '', hash, ...rest] = line.split(' ');
      if (!hash || rest.length > 0) continue;
      const key = keyOf({ path, version: keyVersion.replace(/\/go\.mod$/, '') });
      if ((found.get(key) ?? record) !== record) {
        throw new TsgogetError('bad-proof', `records ${found.get(key)!.id} and ${record.id} are both of ${key}`);
      }
      found.set(key, record);
    }
  }
  return (path, version) => {
    const record = found.get(keyOf({ path, version }));
    return record && { id: record.id, treeSize, lines: linesOf(record.text, path, version) };
  };
}
