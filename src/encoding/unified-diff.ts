/**
 * Differences of two texts in the unified format. Lines that stand once in each text anchor what is the same: of these the
 * longest common subsequence is taken (Szymanski 1975; also called patience diff), and grown by equal neighbours.
 * So closing brackets and empty lines are never matched for their own sake.
 */

/** A stretch of equal lines: where it begins in the old and in the new text. */
interface Match {
  readonly old: number;
  readonly new: number;
  readonly length: number;
}

interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Equal lines shown around a change. */
const contextLines = 3;

/** The unified diff, '' for texts that are equal. */
export function unifiedDiff(oldName: string, oldText: string, newName: string, newText: string): string {
  if (oldText === newText) return '';
  const [a, b] = [linesOf(oldText), linesOf(newText)];
  const lines = diffLines(a, b, growMatches(a, b, findAnchors(a, b)));
  return `diff ${oldName} ${newName}\n--- ${oldName}\n+++ ${newName}\n${formatHunks(lines)}`;
}

/** The lines with their ends; the last is given one, and a remark, where it has none. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => `${line}\n`);
  if (lines.at(-1) === '\n') lines.pop();
  else lines.push(`${lines.pop()}\\ No newline at end of file\n`);
  return lines;
}

/** The longest sequence of lines that stand once in each text, in the same order in both. */
function findAnchors(a: readonly string[], b: readonly string[]): [old: number, new: number][] {
  const inA = positionsOfUnique(a);
  const inB = positionsOfUnique(b);
  const common = [...inA].filter(([line]) => inB.has(line)).map(([line, i]): [number, number] => [i, inB.get(line)!]);
  // patience: each pair goes on the leftmost pile whose top is not smaller; its pile is how long a sequence it can end
  const tops: number[] = [];
  const piles = common.map(([, j]) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (tops[middle]! < j) low = middle + 1;
      else high = middle;
    }
    tops[low] = j;
    return low;
  });
  const anchors: [number, number][] = [];
  let wanted = tops.length - 1;
  for (let i = common.length - 1; i >= 0; i--) {
    if (piles[i] !== wanted) continue;
    anchors.push(common[i]!);
    wanted--;
  }
  return anchors.reverse();
}

function positionsOfUnique(lines: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [i, line] of lines.entries()) {
    if (positions.has(line)) repeated.add(line);
    else positions.set(line, i);
  }
  for (const line of repeated) positions.delete(line);
  return positions;
}

/** Grows anchors, and both ends of the texts, to stretches of equal lines that do not overlap. */
function growMatches(a: readonly string[], b: readonly string[], anchors: readonly [number, number][]): Match[] {
  const matches: Match[] = [];
  let [doneA, doneB] = [0, 0];
  for (const [i, j] of [[0, 0] as const, ...anchors, [a.length, b.length] as const]) {
    if (i < doneA) continue;
    let [startA, startB, endA, endB] = [i, j, i, j];
    while (startA > doneA && startB > doneB && a[startA - 1] === b[startB - 1])
      [startA, startB] = [startA - 1, startB - 1];
    while (endA < a.length && endB < b.length && a[endA] === b[endB]) [endA, endB] = [endA + 1, endB + 1];
    matches.push({ old: startA, new: startB, length: endA - startA });
    [doneA, doneB] = [endA, endB];
  }
  return matches;
}

/** All lines of both texts, marked. */
function diffLines(a: readonly string[], b: readonly string[], matches: readonly Match[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [doneA, doneB] = [0, 0];
  for (const match of matches) {
    for (const text of a.slice(doneA, match.old)) lines.push({ mark: '-', text });
    for (const text of b.slice(doneB, match.new)) lines.push({ mark: '+', text });
    doneA = match.old + match.length;
    doneB = match.new + match.length;
    for (const text of a.slice(match.old, doneA)) lines.push({ mark: ' ', text });
  }
  return lines;
}

/** The changes with the lines around them; those that lie near each other share a hunk. */
function formatHunks(lines: readonly DiffLine[]): string {
  const changes = [...lines.keys()].filter((i) => lines[i]!.mark !== ' ');
  const ranges: { start: number; end: number }[] = [];
  for (const i of changes) {
    const last = ranges.at(-1);
    if (last !== undefined && i - last.end < 2 * contextLines) last.end = i + 1;
    else ranges.push({ start: i, end: i + 1 });
  }
  const oldBefore = countsBefore(lines, '+');
  const newBefore = countsBefore(lines, '-');
  return ranges
    .map(({ start, end }) => {
      const from = Math.max(start - contextLines, 0);
      const to = Math.min(end + contextLines, lines.length);
      const place = (before: readonly number[]) => {
        const count = before[to]! - before[from]!;
        // where no line is shown, the place is that of the line before
        return `${before[from]! + (count > 0 ? 1 : 0)},${count}`;
      };
      const body = lines.slice(from, to).map(({ mark, text }) => mark + text);
      return `@@ -${place(oldBefore)} +${place(newBefore)} @@\n${body.join('')}`;
    })
    .join('');
}

/** For each index, how many lines before it belong to the text that lines with `other` are not in. */
function countsBefore(lines: readonly DiffLine[], other: '-' | '+'): number[] {
  const counts = [0];
  for (const line of lines) counts.push(counts.at(-1)! + (line.mark === other ? 0 : 1));
  return counts;
}
