/** What comments on a line mean: `// indirect`, the rationale of a retraction, a `Deprecated:` paragraph. */
import { firstField, trimSpace } from './mod-text.js';
import type { Comments, Line, LineBlock } from './syntax.js';

const uncommented = (comment: string): string => (comment.startsWith('//') ? comment.slice(2) : comment);

/** Reports whether the first comment at the end of the line is `// indirect` or starts with `// indirect;`. */
export function isIndirect(line: Line): boolean {
  if (line.suffix.length === 0) return false;
  const { field, more } = firstField(uncommented(line.suffix[0]!));
  return more ? field === 'indirect;' : field === 'indirect';
}

/** Adds or removes the `// indirect` mark of a line, and keeps what else its comment says. */
export function markIndirect(line: Line, indirect: boolean): void {
  if (isIndirect(line) === indirect) return;
  const [first = '', ...rest] = line.suffix;
  const text = trimSpace(uncommented(first));
  if (indirect) line.suffix = [text === '' ? '// indirect' : `// indirect; ${text}`, ...rest];
  else if (text === 'indirect') line.suffix = [];
  else line.suffix = [`//${first.slice(first.indexOf('indirect;') + 'indirect;'.length)}`, ...rest];
}

/** Reports whether there are comments that say more than `// indirect`. */
export function hasComments({ before, suffix, after }: Comments): boolean {
  if (before.length > 0 || after.length > 0 || suffix.length > 1) return true;
  return suffix.length === 1 && trimSpace(uncommented(suffix[0]!)) !== 'indirect';
}

/** The text of the comments on a directive, without `//`: the line's, or when it has none those of its block. */
export function directiveComment(block: LineBlock | undefined, line: Line): string {
  const own = line.before.length > 0 || line.suffix.length > 0;
  const { before, suffix } = block && !own ? block : line;
  return [...before, ...suffix]
    .filter((comment) => comment.startsWith('//'))
    .map((comment) => trimSpace(comment.slice(2)))
    .join('\n');
}

/** The first paragraph of a comment that starts with `Deprecated:`, without that word; '' when there is none. */
export function deprecation(comment: string): string {
  return /(?:^|\n\n)Deprecated: *(.*?)(?:$|\n\n)/s.exec(comment)?.[1] ?? '';
}
