/** -reuse of `mod download` and `list -m`: the file that an earlier run's -json was written to. */
import { resolve } from 'node:path';
import { readExistingFile } from '../files/read-file.js';
import { type EarlierModules, parseReuse, type Session } from '../resolve/index.js';
import type { CommandContext, Flags } from './command.js';
import { refusal } from './refusal.js';

/** Of the JSON of tens of thousands of modules. */
const maxReuseBytes = 2 ** 28;

/** Throws what go says of -reuse where there is a main module, whose requirements would decide instead. */
export function checkReuseFlag(command: string, flags: Flags, session: Session, context: CommandContext): void {
  if (!flags.text('reuse') || !session.hasModRoot) return;
  throw refusal(context, `${command} -reuse cannot be used inside a module`);
}

/** The earlier answers; undefined where there is no -reuse. Throws the file's errors and, by 'failed', what is no JSON of ours. */
export async function readReuseFlag(flags: Flags, { cwd }: CommandContext): Promise<EarlierModules | undefined> {
  const name = flags.text('reuse');
  if (!name) return undefined;
  let data: Uint8Array;
  try {
    data = readExistingFile(resolve(cwd, name), maxReuseBytes);
  } catch (error) {
    throw Object.assign(error as Error, { path: name }); // as it was given
  }
  return parseReuse(name, data);
}
