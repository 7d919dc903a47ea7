/** What is done with a zip file as a whole: its hash, its extraction. The same here and in a thread (zip-threads.ts). */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { messageOf, TsgogetError } from '../errors.js';
import { makeFolderOf } from '../files/atomic-file.js';
import { cacheError } from '../files/cache-error.js';
import { makeFoldersReadOnly, namesIn, removeTree } from '../files/folder.js';
import type { ModuleVersion } from '../module/index.js';
import { type ErrorText, errorText } from './error-text.js';
import { checkOpenZip, extractKeptZip, extractOpenZip } from './extract-zip.js';
import { fileNamedTwice, hashAsGo, namedTwice, withZip } from './hash-zip.js';
import type { KeptContents, KeptZip } from './kept-contents.js';
import type { ModuleZip } from './module-zip.js';
import type { Stop } from './zip-content.js';

/** The h1: hash of a zip; of a module's, if one is given, also which of the rules for its zips it breaks. */
export interface HashJob {
  readonly task: 'hash';
  readonly file: string;
  readonly module: ModuleVersion | undefined;
  /** The name that the file is to have, for what is said of it. */
  readonly finalFile?: string;
}

/** Extracts at the final place; while `partial` exists, nobody takes the folder for complete. The caller has the version's lock. */
export interface ExtractJob {
  readonly task: 'extract';
  readonly file: string;
  /** The zip's hash: kept contents that have it are as good as the zip. */
  readonly h1: string | undefined;
  readonly module: ModuleVersion;
  readonly folder: string;
  readonly partial: string;
  readonly modcacherw: boolean;
}

export type ZipJob = HashJob | ExtractJob;

/** What a job found: of an extraction, nothing. */
export interface ZipResult {
  readonly h1: string;
  readonly bytes: number;
  /** The rule of module zips that it breaks: 'invalid-zip' or 'too-large'. Its hash may be right all the same. */
  readonly fault?: ErrorText | undefined;
}

/** Does a job; one that was begun and cut off can be done again. Throws 'invalid-zip', 'too-large', 'cache', 'interrupted', and then leaves nothing behind. */
export async function doZipJob(job: ZipJob, stop?: Stop, contents?: KeptContents): Promise<ZipResult> {
  const kept = job.task === 'extract' && job.h1 !== undefined ? contents?.take(job.h1) : undefined;
  if (job.task === 'extract' && kept !== undefined) {
    await extract(kept.zip, job, () => extractKeptZip(kept, job.module, job.folder, stop));
    return { h1: '', bytes: kept.zip.bytes };
  }
  return withZip(job.file, async (zip) => {
    if (job.task === 'extract') {
      await extract(zip, job, () => extractOpenZip(zip, job.module, job.folder, stop));
      return { h1: '', bytes: zip.bytes };
    }
    const fault = faultOf(zip, job);
    if (fault !== undefined) return { h1: await hashAsGo(zip, stop), bytes: zip.bytes, fault: errorText(fault) };
    const keeping = contents?.begin(zip);
    const h1 = await hashAsGo(zip, stop, keeping);
    keeping?.end(h1);
    return { h1, bytes: zip.bytes };
  });
}

function faultOf(zip: ModuleZip, { module, file, finalFile = file }: HashJob): TsgogetError | undefined {
  const twice = fileNamedTwice(zip);
  if (twice !== undefined) return namedTwice(twice);
  if (module === undefined) return undefined;
  const subject = `${module.path}@${module.version}`;
  const other = zip.entries.find((entry) => !entry.name.startsWith(`${subject}/`));
  if (other !== undefined) {
    const words = `zip for ${subject} has unexpected file ${quoteGo(other.name).slice(1, -1)}`;
    return new TsgogetError('invalid-zip', words);
  }
  try {
    checkZip(zip, module, finalFile);
    return undefined;
  } catch (error) {
    return error as TsgogetError;
  }
}

/** Throws 'invalid-zip' or 'too-large', in go's words for an extraction that fails. */
function checkZip(zip: KeptZip['zip'], module: ModuleVersion, file: string): void {
  try {
    checkOpenZip(zip, module);
  } catch (error) {
    const code = error instanceof TsgogetError ? error.code : 'invalid-zip';
    throw new TsgogetError(code, `unzip ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function extract(zip: KeptZip['zip'], job: ExtractJob, write: () => Promise<void>): Promise<void> {
  const { file, module, folder, partial } = job;
  checkZip(zip, module, file);
  for (const name of namesIn(dirname(folder)).filter((n) => n.startsWith(`${basename(folder)}.tmp-`))) {
    await removeTree(join(dirname(folder), name)); // of go before 1.16
  }
  await removeTree(folder);
  makeFolderOf(folder);
  try {
    rmSync(partial, { force: true }); // of a crash, or a link of someone's
    writeFileSync(partial, '', { flag: 'wx' });
  } catch (error) {
    throw cacheError(error, 'open', partial);
  }
  try {
    await write();
  } catch (error) {
    await removeTree(folder);
    rmSync(partial, { force: true });
    throw error;
  }
  rmSync(partial);
  if (!job.modcacherw) makeFoldersReadOnly(folder);
}
