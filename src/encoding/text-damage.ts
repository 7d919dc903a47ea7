/** What merges and editors do to a text file that a program reads line by line: conflict markers of git, and UTF-16. */

/** The first line of a text that git marked as a conflict, counted from 1; undefined where there is none. */
export function conflictLine(text: string): number | undefined {
  const found = /^(?:<{7}|\|{7}|>{7}) |^={7}\r?$/m.exec(text);
  return found === null ? undefined : text.slice(0, found.index).split('\n').length;
}

/** Reports whether the bytes are UTF-16, by its mark at the beginning or by every second byte of the beginning being NUL. */
export function isUtf16(data: Uint8Array): boolean {
  const [first, second] = data;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const begin = data.subarray(0, 64);
  const half = (odd: number) => begin.every((byte, i) => i % 2 !== odd || byte === 0);
  return begin.length >= 4 && half(0) !== half(1);
}

/** What is wrong with a file that cannot be read, where it is one of these; a clause that begins with the file's name. */
export function textDamage(name: string, data: Uint8Array): { what: string; isConflict: boolean } | undefined {
  if (isUtf16(data)) return { what: `${name} is UTF-16: save it as UTF-8`, isConflict: false };
  const line = conflictLine(new TextDecoder().decode(data));
  if (line === undefined) return undefined;
  return { what: `${name} holds both sides of a merge conflict, from line ${line} on`, isConflict: true };
}
