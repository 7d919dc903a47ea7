/** Text archives: a comment, then files, each behind a line `-- name --`. The form of the fixtures. */

export interface TxtarFile {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface Txtar {
  readonly comment: Uint8Array;
  readonly files: readonly TxtarFile[];
}

/** Reads an archive. Every input is one: what stands before the first marker line is the comment. */
export function parseTxtar(input: Uint8Array | string): Txtar {
  const data = Buffer.from(input);
  const files: TxtarFile[] = [];
  let comment: Uint8Array | undefined;
  let name: string | undefined;
  let start = 0;
  const finish = (end: number) => {
    const section = withNewline(data.subarray(start, end));
    if (name === undefined) comment = section;
    else files.push({ name, data: section });
  };
  for (let at = 0; at < data.length; ) {
    const newline = data.indexOf(0x0a, at);
    const end = newline < 0 ? data.length : newline;
    const marker = markerName(data.toString('utf8', at, end));
    const next = newline < 0 ? data.length : newline + 1;
    if (marker !== undefined) {
      finish(at);
      name = marker;
      start = next;
    }
    at = next;
  }
  finish(data.length);
  return { comment: comment ?? Buffer.alloc(0), files };
}

/** Writes an archive; `parseTxtar` gives it back when no content has a marker line in it and each ends with a newline. */
export function formatTxtar({ comment, files }: Txtar): Uint8Array {
  const parts: Uint8Array[] = [withNewline(comment)];
  for (const { name, data } of files) parts.push(Buffer.from(`-- ${name} --\n`), withNewline(data));
  return Buffer.concat(parts);
}

function markerName(line: string): string | undefined {
  const text = line.replace(/\r$/, '');
  if (!text.startsWith('-- ') || !text.endsWith(' --') || text.length < 7) return undefined;
  return text.slice(3, -3).trim() || undefined;
}

function withNewline(data: Uint8Array): Uint8Array {
  return data.length === 0 || data.at(-1) === 0x0a ? data : Buffer.concat([data, Buffer.from('\n')]);
}
