/** The empty folder that is home of the programs that a test file runs; remove-home.ts removes it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let home: string | undefined;

/** Makes it at the first call in a test file. */
export function ownHome(): string {
  home ??= mkdtempSync(join(tmpdir(), 'tsgoget-cli-'));
  return home;
}

export function removeHome(): void {
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
  home = undefined;
}
