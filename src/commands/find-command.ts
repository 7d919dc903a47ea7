/** What a row of the table of commands holds, and which row the words of a command line name. */
import type { Command } from './command.js';

/** The headings of `help`, in their order. */
export const commandGroups = {
  modules: 'Modules',
  proof: 'Proof',
  files: 'go.mod and go.work files',
  setup: 'Cache and settings',
} as const;

export interface CommandRow {
  /** All its words: 'mod download'. */
  readonly name: string;
  readonly group: keyof typeof commandGroups;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Finds the command that the first words name: the row and how many words it took. */
export function findCommand(
  rows: readonly CommandRow[],
  words: readonly string[],
): { row: CommandRow; used: number } | undefined {
  for (let used = Math.min(words.length, 2); used > 0; used--) {
    const name = words.slice(0, used).join(' ');
    const row = rows.find((r) => r.name === name);
    if (row !== undefined) return { row, used };
  }
  return undefined;
}

/** Reports whether a word begins the names of several commands: 'mod', 'work'. */
export function isCommandGroup(rows: readonly CommandRow[], word: string): boolean {
  return rows.some((row) => row.name.startsWith(`${word} `));
}
