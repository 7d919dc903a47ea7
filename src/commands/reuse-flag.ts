/** -reuse of `mod download` and `list -m`: the file that an earlier run's -json was written to. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type EarlierModules, parseReuse, type Session } from '../resolve/index.js';
import type { CommandContext, Flags } from './command.js';
import { refusal } from './refusal.js';

/** Throws what go says of -reuse where there is a main module, whose requirements would decide instead. */
export function checkReuseFlag(command: string, flags: Flags, session: Session, context: CommandContext): void {
  if (!flags.text('reuse') || !session.hasModRoot) return;
  throw refusal(context, `${command} -reuse cannot be used inside a module`);
}

/** The earlier answers; undefined where there is no -reuse. Throws the file's errors and, by 'failed', what is no JSON of ours. */
export async function readReuseFlag(flags: Flags, { cwd }: CommandContext): Promise<EarlierModules | undefined> {
  const name = flags.text('reuse');
  if (!name) return undefined;
  const data = await readFile(resolve(cwd, name)).catch((error: NodeJS.ErrnoException) => {
    throw Object.assign(error, { path: name }); // as it was given
  });
  return parseReuse(name, data);
}
