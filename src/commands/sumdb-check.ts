/** `sumdb check`: are two signed tree heads, given as files, of one log? */
import { resolve } from 'node:path';
import { type HeadDocument, hashTexts, headDocument } from '../client/head-document.js';
import { LogForkError, TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';
import { maxNoteBytes } from '../note/index.js';
import { parseGoSumDb, type SignedHead } from '../sumdb/index.js';
import type { Command } from './command.js';
import { jsonResult } from './json-result.js';
import { consistencyText, headText, logFlags, withLog } from './log-command.js';
import { usageError } from './module-flags.js';

/** The document of `sumdb check --json`. */
export interface SumDbCheckDocument {
  readonly Database: string;
  readonly Old: HeadDocument;
  readonly New: HeadDocument;
  readonly Consistent: boolean;
  /** RFC 6962's proof from the smaller tree to the larger, empty for the same tree; of a fork, what proves it. */
  readonly Proof: readonly string[];
}

/** What GOSUMDB is to be: the key given, at GOSUMDB's address when it is that database's; and whether it is its key. */
function chooseKey(gosumdb: string, key: string | undefined): { gosumdb: string; isOwn: boolean } {
  if (key === undefined) return { gosumdb, isOwn: true };
  const given = parseGoSumDb(key);
  if (given === 'off') throw usageError('sumdb check: -key is no key: off');
  let own: ReturnType<typeof parseGoSumDb> = 'off';
  try {
    own = parseGoSumDb(gosumdb);
  } catch {} // the setting is not used
  if (own === 'off' || own.name !== given.name) return { gosumdb: key, isOwn: false };
  const address = given.url === undefined && own.url !== undefined ? ` ${own.url}` : '';
  return { gosumdb: key + address, isOwn: own.verifierKey === given.verifierKey };
}

export const sumdbCheck: Command = {
  name: 'sumdb check',
  usage: '[-key key] [-json] [-x] old new',
  summary: 'prove that two signed tree heads are of one log',
  details: `Reads two signed tree heads from files, as the database's /latest and GOPATH/pkg/sumdb hold them, verifies their signatures and proves, with tiles of the log, that the smaller tree is the beginning of the larger one. The proof is checked against both heads, so nobody between here and the log has to be trusted. Heads of one size need no network: they are the same, or a fork.

The signatures must be by the key of GOSUMDB, or by -key, which takes the same values. Heads that contradict each other are a fork: exit code 3, both notes and the proof are printed. Under the key of GOSUMDB they are also kept as evidence, and nothing trusts the database any more until a person decides. Tiles of the log that are not those of the heads end with exit code 3 too: then the log disowns a head that it has signed, or someone in between lies.

Neither head is trusted or stored.`,
  examples: ['sumdb check old.txt new.txt', 'sumdb check -key name+hash+key old.txt new.txt'],
  interspersed: true,
  flags: [{ name: 'key', value: 'key', help: 'verify by this key instead of that of GOSUMDB' }, ...logFlags],
  run: async (invocation, context) => {
    const { flags, args } = invocation;
    if (args.length !== 2) throw usageError('sumdb check takes two files: the older and the newer signed tree head');
    const { gosumdb, isOwn } = chooseKey(context.goEnv.GOSUMDB, flags.text('key'));
    return withLog(
      invocation,
      context,
      async (view) => {
        const [old, next] = args.map((file): SignedHead => {
          const bytes = readExistingFile(resolve(context.cwd, file), maxNoteBytes);
          try {
            return view.log.heads.open(bytes);
          } catch (error) {
            if (!(error instanceof TsgogetError)) throw error;
            throw new TsgogetError(error.code, `${file}: ${error.message}`, { hint: error.hint, cause: error });
          }
        }) as [SignedHead, SignedHead];
        const document = (proof: readonly string[], isConsistent: boolean): SumDbCheckDocument => ({
          Database: view.log.name,
          Old: headDocument(old),
          New: headDocument(next),
          Consistent: isConsistent,
          Proof: proof,
        });
        try {
          const proof = await view.compareHeads(old, next, isOwn);
          if (flags.bool('json')) return jsonResult(document(hashTexts(proof), true));
          const heads = `${view.log.name}\nold: ${headText(old)}\nnew: ${headText(next)}\n`;
          return { stdout: heads + consistencyText(old, next, proof) };
        } catch (error) {
          if (!flags.bool('json') || !(error instanceof LogForkError)) throw error;
          return { ...jsonResult(document(error.proof, false)), errors: [error] };
        }
      },
      gosumdb,
    );
  },
};
