/**
 * How many terminal cells a text takes, and cutting it to fit. Colour sequences take none and survive a cut.
 * Wide: East Asian Wide and Fullwidth characters (Unicode UAX #11), and emoji.
 */
import { eastAsianWidth } from 'get-east-asian-width';

const colorSequence = /\x1b\[[0-9;]*m/g;
const narrow = /^[\x20-\x7e]*$/;
const zeroWidth = /^[\p{M}\p{Cf}\p{Cc}]/u;
const emoji = /^\p{Emoji_Presentation}|\ufe0f/u;

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeWidth(segment: string): number {
  if (zeroWidth.test(segment)) return 0;
  return emoji.test(segment) ? 2 : eastAsianWidth(segment.codePointAt(0)!);
}

export function displayWidth(text: string): number {
  const plain = text.replace(colorSequence, '');
  if (narrow.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemes(plain)) width += graphemeWidth(segment);
  return width;
}

/** The text, or as much of it as fits with '…' after it; colours that were begun are still ended. */
export function cutToWidth(text: string, columns: number): string {
  const pieces = text.split(/(\x1b\[[0-9;]*m)/);
  const isColor = (i: number) => i % 2 === 1;
  let width = 0;
  let fits = ''; // what stays if there is a cut
  let whole = '';
  for (const [i, piece] of pieces.entries()) {
    if (isColor(i)) {
      whole += piece;
      if (width < columns) fits = whole;
      continue;
    }
    for (const { segment } of graphemes(piece)) {
      width += graphemeWidth(segment);
      if (width > columns)
        return `${fits}${columns > 0 ? '…' : ''}${pieces.filter((_, j) => j > i && isColor(j)).join('')}`;
      whole += segment;
      if (width < columns) fits = whole;
    }
  }
  return text;
}

/** The text, or its two ends with '…' between them: names differ at their ends. Of a painted text the colour stays. */
export function cutMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const [, before = '', plain = '', after = ''] = /^((?:\x1b\[[0-9;]*m)*)([^\x1b]*)(.*)$/s.exec(text) ?? [];
  const segments = Array.from(graphemes(plain), ({ segment }) => segment);
  const take = (from: readonly string[], room: number) => {
    let width = 0;
    const end = from.findIndex((segment) => {
      width += graphemeWidth(segment);
      return width > room;
    });
    return end < 0 ? from : from.slice(0, end);
  };
  const room = Math.max(0, columns - 1);
  const tail = take([...segments].reverse(), Math.ceil(room / 2));
  const tailWidth = tail.reduce((sum, segment) => sum + graphemeWidth(segment), 0);
  const head = take(segments, room - tailWidth);
  return `${before}${head.join('')}${columns > 0 ? '…' : ''}${[...tail].reverse().join('')}${after}`;
}

/** The text in lines of at most so many cells, nothing of it lost; without its colour where it takes several. */
export function breakLines(text: string, columns: number): string[] {
  if (displayWidth(text) <= columns) return [text];
  const lines = [''];
  let width = 0;
  for (const { segment } of graphemes(text.replace(colorSequence, ''))) {
    width += graphemeWidth(segment);
    if (width > columns) {
      lines.push('');
      width = graphemeWidth(segment);
    }
    lines[lines.length - 1] += segment;
  }
  return lines;
}

/** The text filled with spaces to a width. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? fill + text : text + fill;
}
