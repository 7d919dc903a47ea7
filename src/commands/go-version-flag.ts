/** Flags whose value is a Go version: `-go`, `-compat`. */
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { compareGo } from '../gover/index.js';
import type { Command, GivenFlag } from './command.js';

const goVersion = /^(?:[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/;

/** Throws 'usage' for what is no Go version, or one that is newer than `local`, the release that is followed. */
export function checkGoVersionFlag(
  { name, value }: GivenFlag,
  local: string,
  { name: command, usage }: Pick<Command, 'name' | 'usage'>,
): void {
  if (value === '') return;
  const bad = (reason: string) =>
    new TsgogetError(
      'usage',
      `invalid value ${quoteGo(value)} for flag -${name}: ${reason}\nusage: go ${command} ${usage}\nRun 'go help ${command}' for details.`,
      { bare: true },
    );
  if (!goVersion.test(value)) throw bad(`expecting a Go version like ${quoteGo(local)}`);
  if (compareGo(value, local) > 0) throw bad(`maximum supported Go version is ${local}`);
}
