/**
 * A closer look at the log than a look-up needs: heads compared, a record's proof, all records in order, and what is
 * stored here forgotten. Nothing is trusted or stored by looking, but the evidence of a fork.
 */
import { isSecurity, LogForkError, TsgogetError } from '../errors.js';
import { AuthenticTree, type Hash, sumdbTileHeight, type TreeHead } from '../tlog/index.js';
import { parseGoSumDb } from './gosumdb.js';
import { type Found, ProvenLog } from './proven-log.js';
import { proveInTree, type RecordProof } from './record-proof.js';
import { type ProvenTile, readRecords } from './record-tiles.js';
import { bySize, consistencyProof, requireContains, type SignedHead } from './signed-head.js';
import { aboutModule, type SumDbOptions } from './sum-db.js';
import { requireBothHashes } from './sum-lines.js';

/** Something that `forget` forgets, by its file or folder, whether it is there or not. */
export interface Forgettable {
  readonly what: string;
  readonly file: string;
}

/** The log that GOSUMDB names, looked at. */
export class LogView {
  readonly log: ProvenLog;
  /** GOPATH/pkg/sumdb/<name>/monitor.json: see MonitorState. */
  readonly monitorFile: string;

  constructor(log: ProvenLog) {
    this.log = log;
    this.monitorFile = log.heads.state.monitorFile;
  }

  #treeOf(head: TreeHead): AuthenticTree {
    return new AuthenticTree(head, sumdbTileHeight, this.log.tiles.memory);
  }

  /**
   * The record of a module version, which has a hash of the zip and one of the go.mod file, and its proof in the newest
   * head. Throws as SumDb.lookup does, and what SumDb.requireHash throws for a record without the hashes.
   */
  async lookUp(path: string, version: string): Promise<{ found: Found; proof: RecordProof }> {
    try {
      const found = await this.log.find(path, version);
      requireBothHashes(found.record.lines, path, version);
      const head = await this.log.heads.newest();
      return { found, proof: { head, ...(await proveInTree(this.#treeOf(head), found.record.id)) } };
    } catch (error) {
      throw aboutModule(error, path, version, '');
    }
  }

  /** The hashes that prove one of two heads, both merged, to be the beginning of the other; none where they are the same. */
  async proveConsistency(a: SignedHead, b: SignedHead): Promise<Hash[]> {
    const [older, newer] = bySize(a, b);
    return consistencyProof(this.#treeOf(newer), older);
  }

  /**
   * Proves any two signed heads against each other, whatever is stored here. Returns the proof.
   * Where the log's tiles are not those of the newer head, the head that the log shows now decides between them.
   * Throws LogForkError, whose evidence is saved with `keep`, 'bad-proof', and what reading throws.
   */
  async compareHeads(a: SignedHead, b: SignedHead, keep: boolean): Promise<Hash[]> {
    const { heads } = this.log;
    const [older, newer] = bySize(a, b);
    const compare = async (first: SignedHead, last: SignedHead): Promise<Hash[]> => {
      const tree = this.#treeOf(last);
      await requireContains(tree, last, first, keep ? heads.state.forkHint() : undefined);
      return consistencyProof(tree, first);
    };
    const decide = async (): Promise<Hash[]> => {
      try {
        return await compare(older, newer);
      } catch (error) {
        if (error instanceof LogForkError || !isSecurity(error)) throw error;
        const served = await heads.served().catch(() => undefined);
        for (const head of served === undefined ? [] : [newer, older]) {
          await compare(...bySize(head, served!)).catch((other) => {
            if (other instanceof LogForkError) throw other;
          });
        }
        throw error;
      }
    };
    return keep ? heads.noteFork(decide) : decide();
  }

  /** All records from the tile of number `from` on, in order, each proven in the tree of a merged head: see readRecords. */
  recordsFrom(head: SignedHead, from: number, inFlight?: number): AsyncGenerator<ProvenTile> {
    return readRecords(head, from, this.log.tiles, inFlight);
  }

  /** The hash of the tree as it was at a size, proven in a merged head. */
  treeHash(head: SignedHead, size: number): Promise<Hash> {
    return this.#treeOf(head).rangeHash({ start: 0, end: size });
  }

  get forgettable(): readonly Forgettable[] {
    const { heads, cache } = this.log;
    const { state } = heads;
    return [
      { what: 'the tree head that is trusted here', file: state.latestFile },
      { what: 'the evidence of a fork', file: state.evidenceFile },
      { what: "the monitor's position", file: state.monitorFile },
      { what: 'cached look-ups', file: cache.lookups },
      { what: 'cached tiles', file: cache.tiles },
    ];
  }

  /** Forgets it all, under go's lock on the tree head. */
  forget(): Promise<void> {
    const { heads, cache } = this.log;
    return heads.state.reset(() => cache.clear());
  }
}

/** Opens the log that GOSUMDB names. Throws 'lookup-disabled' for GOSUMDB=off, and 'invalid-setting'. */
export function openLog(options: SumDbOptions): LogView {
  const config = parseGoSumDb(options.env.GOSUMDB);
  if (config === 'off') throw new TsgogetError('lookup-disabled', 'checksum database disabled by GOSUMDB=off');
  return new LogView(new ProvenLog(config, options));
}
