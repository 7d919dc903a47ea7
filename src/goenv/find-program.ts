/** Where a program is, as Go's os/exec looks for it, but never in a folder that PATH names relative to the working one. */
import { statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** The file of a program; undefined when no folder of PATH has it. */
export function findProgram(name: string, os: (variable: string) => string, goos: string): string | undefined {
  const isWindows = goos === 'windows';
  const { delimiter, isAbsolute, join } = isWindows ? win32 : posix;
  const suffixes = isWindows ? ['', ...(os('PATHEXT') || '.com;.exe;.bat;.cmd').toLowerCase().split(';')] : [''];
  const isProgram = (file: string) => {
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() === true && (isWindows ? win32.extname(file) !== '' : (found.mode & 0o111) !== 0);
    } catch {
      return false;
    }
  };
  const folders = os('PATH')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder));
  const places = folders.map((folder) => join(folder, name));
  return places.flatMap((place) => suffixes.map((suffix) => place + suffix)).find(isProgram);
}

/** What Go says of a program that is nowhere. */
export function missingProgram(name: string, goos: string): string {
  return `exec: "${name}": executable file not found in ${goos === 'windows' ? '%PATH%' : '$PATH'}`;
}
